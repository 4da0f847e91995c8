import { Exact } from '@portolan/core'
import type { IntentStory, PositionRow, Store, StoredFill } from '../../../../src/store/store.ts'
import type { ChainSwap, SolanaVoyage } from './solana-voyage.ts'

const SCOPE = 'live@simulator'
const ALL = 1_000_000
const LAMPORTS = 1_000_000_000
const USDC_UNITS = 1_000_000

/** What a ledger and a chain say, read while no runner runs. */
export interface SwapBooks {
  readonly swaps: readonly ChainSwap[]
  readonly positions: readonly PositionRow[]
  readonly stories: readonly IntentStory[]
  readonly fills: readonly StoredFill[]
  readonly open: readonly string[]
}

export async function readBooks(voyage: SolanaVoyage): Promise<SwapBooks> {
  await using store: Store = await voyage.openStore()
  const positions = await store.positions(SCOPE)
  const intents = await store.intents(SCOPE, ALL)
  const stories = await Promise.all(intents.map(({ id }) => store.story(id)))
  const open = await store.openIntents(SCOPE)
  return {
    swaps: await voyage.swaps(),
    positions,
    stories: stories.filter((story) => story !== null),
    fills: (await Promise.all(positions.map(({ id }) => store.fills(id)))).flat(),
    open: open.map(({ intent }) => `intent ${intent.id} is ${intent.state}: ${intent.stateReason}`),
  }
}

/** What must hold at any moment, however a runner ended: sentences, none when all is well. */
export function problems(books: SwapBooks, voyage: SolanaVoyage): string[] {
  const { swaps, stories, fills } = books
  const found: string[] = []
  const orders = new Map(stories.flatMap((story) => story.orders).map((order) => [order.id, order] as const))
  const executed = new Map(swaps.map((swap) => [swap.signature, swap] as const))
  for (const { signature } of swaps) {
    const state = orders.get(signature)?.state
    if (state === undefined) found.push(`swap ${signature} is not on disk`)
    else if (['sealed', 'abandoned', 'not-sent', 'expired'].includes(state))
      found.push(`swap ${signature} was executed, but is ${state} on disk`)
  }
  for (const { intent, orders: made } of stories) {
    const done = made.filter(({ id }) => executed.get(id)?.err === null)
    if (done.length > 1) found.push(`intent ${intent.id} was executed ${done.length} times`)
    const debits = made.filter(({ id }) => executed.has(id))
    if (done.length === 1 && debits.at(-1)?.id !== done[0]?.id)
      found.push(`intent ${intent.id} had another swap after the one that was executed`)
  }
  const seen = new Set<string>()
  for (const fill of fills) {
    if (seen.has(fill.id)) found.push(`fill ${fill.id} is booked twice`)
    seen.add(fill.id)
    found.push(...fillProblems(fill, executed.get(fill.sealedId ?? ''), voyage))
  }
  return found
}

/** What must hold when a runner was left alone for a while: everything is settled, and every unit is booked. */
export async function unsettled(books: SwapBooks, voyage: SolanaVoyage): Promise<string[]> {
  const found = [...books.open]
  const booked = new Set(books.fills.map(({ sealedId }) => sealedId))
  const charged = new Map(books.stories.flatMap((story) => story.charges).map((charge) => [charge.id, charge] as const))
  for (const { signature, err } of books.swaps) {
    if (err === null && !booked.has(signature)) found.push(`swap ${signature} is not booked`)
    if (err !== null && !charged.has(signature)) found.push(`the fee of the failed swap ${signature} is not booked`)
  }
  for (const { mint, symbol, decimals } of voyage.tokens) {
    const rows = books.positions.filter(({ instrument }) => instrument === mint)
    const ledger = rows.reduce((sum, { quantity }) => sum.plus(quantity), new Exact(0))
    const chain = sumOf(books.swaps, mint)
    const wallet = await voyage.balance(mint)
    const units = ledger.times(new Exact(10).pow(decimals)).toFixed()
    if (units !== String(chain)) found.push(`the ledger holds ${units} units of ${symbol}, the swaps made ${chain}`)
    if (wallet !== chain) found.push(`the wallet holds ${wallet} units of ${symbol}, the swaps made ${chain}`)
  }
  const spent = books.fills.reduce((sum, fill) => sum + quoteUnits(fill), 0n)
  const debited = sumOf(books.swaps, voyage.announced.usdcMint)
  if (spent !== debited) found.push(`the ledger moved ${spent} units of USDC, the chain ${debited}`)
  return found
}

function fillProblems(fill: StoredFill, swap: ChainSwap | undefined, voyage: SolanaVoyage): string[] {
  if (swap === undefined) return [`fill ${fill.id} is booked, but nothing was executed`]
  if (swap.err !== null) return [`fill ${fill.id} is booked, but its swap failed`]
  const decimals = voyage.tokens.find(({ mint }) => mint === fill.instrument)?.decimals ?? 0
  const units = new Exact(fill.quantity).times(new Exact(10).pow(decimals)).times(fill.side === 'buy' ? 1 : -1)
  const fee = fill.fee.in === 'other' ? new Exact(fill.fee.amount).times(LAMPORTS).toFixed() : 'none'
  const found: string[] = []
  if (units.toFixed() !== swap.deltas[fill.instrument])
    found.push(`fill ${fill.id} books ${units.toFixed()} units, the chain moved ${swap.deltas[fill.instrument]}`)
  if (String(quoteUnits(fill)) !== swap.deltas[voyage.announced.usdcMint])
    found.push(`fill ${fill.id} books ${quoteUnits(fill)} USDC, the chain moved ${JSON.stringify(swap.deltas)}`)
  if (fee !== String(swap.fee)) found.push(`fill ${fill.id} books a fee of ${fee} lamports, the chain took ${swap.fee}`)
  return found
}

/** What a fill moved of USDC, base units: negative when spent. */
function quoteUnits({ quantity, price, side }: StoredFill): bigint {
  const units = new Exact(quantity).times(price).times(USDC_UNITS).toDecimalPlaces(0).toFixed()
  return side === 'buy' ? -BigInt(units) : BigInt(units)
}

function sumOf(swaps: readonly ChainSwap[], mint: string): bigint {
  return swaps.reduce((sum, { deltas, err }) => (err === null ? sum + BigInt(deltas[mint] ?? '0') : sum), 0n)
}

/** How often each state occurs, in words. */
export function tallySwaps({ stories, swaps, fills }: SwapBooks): string {
  const counts = new Map<string, number>()
  for (const { intent } of stories) counts.set(intent.state, (counts.get(intent.state) ?? 0) + 1)
  const states = [...counts].map(([state, count]) => `${count} ${state}`).join(', ')
  const failed = swaps.filter(({ err }) => err !== null).length
  return `${stories.length} intents (${states}), ${swaps.length} swaps on the chain, ${failed} of them failed, ${fills.length} fills`
}
