import type { Fill, InstrumentId } from '@portolan/core'
import { defaultPmConfig, Exact, restorePosition, universalModels, universalSignals } from '@portolan/core'
import type { IntentRow, OrderRow, PositionRow, StoredCharge } from '../../src/store/store.ts'
import type { SimulatedMarket, VenueBooks, VenueBooksFill } from './simulated-market.ts'
import type { World } from './world.ts'

const ALL = 1_000_000
const MINUTE = 60_000
/** How long an order that was on its way when a person said halt may still be executed, ms. */
const UNDER_WAY_MS = 30_000

/** Venues tell times in whole seconds. */
const CLOCK_SLACK_MS = 1_000
const FAILED: ReadonlySet<string> = new Set(['rejected', 'expired', 'not-sent', 'abandoned'])

/** What must hold of a world that was left alone for a while, whatever happened before. Sentences; none when all is well. */
export async function brokenInvariants(world: World): Promise<string[]> {
  const { disk, scope } = world
  const positions = await disk.positions(scope)
  const intents = await disk.intents(scope, ALL)
  const orders = (await Promise.all(intents.map(({ id }) => disk.story(id)))).flatMap((story) => story?.orders ?? [])
  const booked = (await Promise.all(positions.map(({ id }) => disk.fills(id)))).flat()
  const problems: string[] = []
  for (const market of world.markets) {
    const books = market.books()
    const ours = positions.filter((row) => row.venue === market.venue)
    const ids = new Set(ours.map(({ id }) => id))
    problems.push(
      ...sameFills(
        books,
        booked.filter(({ positionId }) => positionId !== null && ids.has(positionId)),
      ),
      ...samePositions(books, ours),
      ...sameFunding(
        books,
        (await Promise.all(ours.map(({ id }) => disk.charges(id)))).flat().filter(({ kind }) => kind === 'funding'),
      ),
      ...oneExecutionAnIntent(market, orders, intents),
      ...knownForWhatItIs(books, orders),
      ...haltedMeansNoEntry(world, books, orders),
    )
  }
  problems.push(...sentOnceFromDisk(world, orders), ...allSettled(world, positions, intents))
  for (const row of positions) problems.push(...(await sameStateAsWithoutCrash(world, row)))
  if (world.log.some((line) => line.includes('A SECOND RUNNER STARTED'))) problems.push('a second runner was let in')
  return problems
}

/** After everything was ordered to be sold off, and nothing kept it. */
export function notFlat(world: World): string[] {
  return world.markets.flatMap((market) =>
    [...market.books().positions].flatMap(([instrument, quantity]) =>
      new Exact(quantity).isZero() ? [] : [`${quantity} ${instrument} were not sold off`],
    ),
  )
}

/** What the venue executed is what the ledger booked, fill by fill, to the last unit. */
function sameFills(books: VenueBooks, booked: readonly BookedFill[]): string[] {
  const problems: string[] = []
  const byId = new Map<string, BookedFill[]>()
  for (const fill of booked) byId.set(fill.id, [...(byId.get(fill.id) ?? []), fill])
  for (const fill of books.fills) {
    const parts = byId.get(fill.id) ?? []
    byId.delete(fill.id)
    const quantity = parts.reduce((sum, part) => sum.plus(part.quantity), new Exact(0))
    if (parts.length === 0) problems.push(`lost: the venue executed ${described(fill)}, which is not booked`)
    else if (!quantity.eq(fill.quantity)) problems.push(`${described(fill)} is booked as ${quantity.toFixed()}`)
    else if (parts.some((part) => part.side !== fill.side || !samePrice(part.price, fill.price)))
      problems.push(`${described(fill)} is booked as ${JSON.stringify(parts)}`)
    else if (fill.fee !== null && !feesOf(parts).eq(fill.fee))
      problems.push(`${described(fill)} cost ${fill.fee}, booked is ${feesOf(parts).toFixed()}`)
  }
  for (const [id, [fill]] of byId)
    problems.push(`booked: ${id} (${fill?.side} ${fill?.quantity}), which the venue never executed`)
  return problems
}

/** Every payment of funding is booked once, to the last unit. */
function sameFunding(books: VenueBooks, charges: readonly StoredCharge[]): string[] {
  const [paid, booked] = [books.funding, charges].map((payments) => {
    const sums = new Map<InstrumentId, Exact>()
    for (const { instrument, usd } of payments) sums.set(instrument, (sums.get(instrument) ?? new Exact(0)).plus(usd))
    return sums
  }) as [Map<InstrumentId, Exact>, Map<InstrumentId, Exact>]
  return [...new Set([...paid.keys(), ...booked.keys()])].flatMap((instrument) => {
    const [theirs, ours] = [paid.get(instrument) ?? new Exact(0), booked.get(instrument) ?? new Exact(0)]
    return ours.eq(theirs) ? [] : [`funding of ${instrument}: the venue ${theirs.toFixed()}, booked ${ours.toFixed()}`]
  })
}

interface BookedFill {
  readonly id: string
  readonly instrument: InstrumentId
  readonly side: 'buy' | 'sell'
  readonly quantity: string
  readonly price: string
  readonly fee: Fill['fee']
}

function feesOf(parts: readonly BookedFill[]): Exact {
  return parts.reduce((sum, { fee }) => (fee.in === 'quote' ? sum.plus(fee.amount) : sum), new Exact(0))
}

/** A price that is a quotient has as many digits as whoever divided kept. */
function samePrice(a: string, b: string): boolean {
  return new Exact(a).minus(b).abs().lte(new Exact(b).times('1e-12'))
}

function samePositions(books: VenueBooks, rows: readonly PositionRow[]): string[] {
  const held = new Map<InstrumentId, Exact>()
  for (const { instrument, quantity } of rows)
    held.set(instrument, (held.get(instrument) ?? new Exact(0)).plus(quantity))
  return [...new Set([...held.keys(), ...books.positions.keys()])].flatMap((instrument) => {
    const ours = held.get(instrument) ?? new Exact(0)
    const theirs = new Exact(books.positions.get(instrument) ?? 0)
    return ours.eq(theirs) ? [] : [`the ledger holds ${ours.toFixed()} ${instrument}, the venue ${theirs.toFixed()}`]
  })
}

/** No order twice, and of an intent no more than was planned, however many orders it took. */
function oneExecutionAnIntent(
  market: SimulatedMarket,
  orders: readonly OrderRow[],
  intents: readonly IntentRow[],
): string[] {
  const books = market.books()
  const problems: string[] = []
  const executed = new Map<string, Exact>()
  for (const { sealedId, quantity } of books.fills) {
    if (sealedId === null) continue
    executed.set(sealedId, (executed.get(sealedId) ?? new Exact(0)).plus(quantity))
  }
  const known = new Map(orders.map((order) => [order.id, order] as const))
  const isBounded = (side: 'buy' | 'sell'): boolean => side === 'sell' || !market.buysSpend
  for (const [id, quantity] of executed) {
    const order = known.get(id)
    if (order === undefined) problems.push(`order ${id} was executed, and nothing on disk knows it`)
    else if (isBounded(sideOf(order)) && quantity.gt(wanted(order)))
      problems.push(`order ${id} asked for ${wanted(order)}, ${quantity.toFixed()} was executed`)
  }
  for (const intent of intents) {
    const own = orders.filter(({ intentId }) => intentId === intent.id)
    const [first] = own
    if (first === undefined) continue
    const total = own.reduce((sum, { id }) => sum.plus(executed.get(id) ?? 0), new Exact(0))
    const most = own.reduce((max, order) => Exact.max(max, wanted(order)), new Exact(0))
    if (isBounded(intent.side) && total.gt(most))
      problems.push(`intent ${intent.id} planned ${most.toFixed()}, ${total.toFixed()} was executed`)
    if (intent.side === 'buy' && own.filter(({ id }) => executed.has(id)).length > 1)
      problems.push(`the entry ${intent.id} was executed by several orders`)
  }
  return problems
}

/** What was executed does not count as failed, and no order follows one that can still be executed. */
function knownForWhatItIs(books: VenueBooks, orders: readonly OrderRow[]): string[] {
  const known = new Map(orders.map((order) => [order.id, order] as const))
  return books.fills.flatMap((fill) => {
    const order = fill.sealedId === null ? undefined : known.get(fill.sealedId)
    if (order === undefined) return []
    const problems: string[] = []
    if (FAILED.has(order.state)) problems.push(`${described(fill)} is of an order that counts as ${order.state}`)
    const next = orders.find((other) => other.intentId === order.intentId && other.createdAt > order.createdAt)
    if (next !== undefined && fill.at > next.createdAt + CLOCK_SLACK_MS)
      problems.push(`${described(fill)} was executed after ${next.id} had followed it`)
    return problems
  })
}

function sideOf(order: OrderRow): 'buy' | 'sell' {
  const { side } = order.request as { readonly side: 'buy' | 'sell' }
  return side
}

function wanted(order: OrderRow): string {
  const { quantity } = order.request as { readonly quantity: string }
  return quantity
}

/** Nothing is sent that is not on disk as about to be sent. */
function sentOnceFromDisk(world: World, orders: readonly OrderRow[]): string[] {
  const known = new Map(orders.map((order) => [order.id, order] as const))
  const times = new Map<string, number>()
  return world.sent.flatMap(({ id, onDisk, mayResend }) => {
    times.set(id, (times.get(id) ?? 0) + 1)
    if (times.get(id) === 2 && !mayResend) return [`order ${id} was sent again`]
    if (onDisk === null || onDisk === 'sealed')
      return [`order ${id} was sent while it was ${onDisk ?? 'nothing'} on disk`]
    return known.has(id) ? [] : [`order ${id} was sent and is not on disk any more`]
  })
}

/** After a while without faults no fate is open, and every bar was evaluated. */
function allSettled(world: World, positions: readonly PositionRow[], intents: readonly IntentRow[]): string[] {
  const open = intents.filter(({ state }) => ['planned', 'submitted', 'unknown', 'resting', 'retrying'].includes(state))
  if (positions.length === 0) return ['nothing was ever started']
  // An exit waits for as long as nothing may be sent.
  const isHeld = world.words.at(-1)?.state === 'halted' && !world.isSellingOff
  const late = positions.filter(({ lastBarTs }) => world.clock.now() - (lastBarTs ?? 0) > 10 * MINUTE)
  return [
    ...open
      .filter(({ state }) => !(isHeld && state === 'retrying'))
      .filter(({ createdAt }) => world.clock.now() - createdAt > 3 * MINUTE)
      .map(({ id, state, stateReason }) => `intent ${id} is still ${state}: ${stateReason}`),
    ...late.map(({ instrument, lastBarTs }) => `${instrument} was evaluated last at bar ${lastBarTs}`),
  ]
}

/** The entries of an account that is halted are none. */
function haltedMeansNoEntry(world: World, books: VenueBooks, orders: readonly OrderRow[]): string[] {
  const sides = new Map(orders.map((order) => [order.id, order] as const))
  return books.fills.flatMap((fill: VenueBooksFill) => {
    const order = fill.sealedId === null ? undefined : sides.get(fill.sealedId)
    if (order === undefined || fill.side !== 'buy') return []
    const word = world.words.filter(({ at }) => at + UNDER_WAY_MS < order.createdAt).at(-1)
    if (word === undefined || word.state === 'active') return []
    const next = world.words.find(({ at }) => at > word.at)
    if (next !== undefined && next.at <= order.createdAt) return []
    return [`${described(fill)} was bought ${order.createdAt - word.at} ms after trading was ${word.state}`]
  })
}

/** The trend state that is on disk is the one that the bars make by themselves, without any crash. */
async function sameStateAsWithoutCrash(world: World, row: PositionRow): Promise<string[]> {
  const { disk } = world
  if (row.state === null || row.lastBarTs === null) return []
  const state = restorePosition(row.state, universalModels.signals)
  const steps = await disk.steps(row.id, ALL)
  const problems: string[] = []
  const seen = new Set<number>()
  for (const { barTs } of steps) {
    if (seen.has(barTs)) problems.push(`${row.instrument}: bar ${barTs} was evaluated twice`)
    seen.add(barTs)
  }
  if (state.lastTs !== row.lastBarTs)
    problems.push(`${row.instrument}: its state is of bar ${state.lastTs}, its row of ${row.lastBarTs}`)
  const { venue, instrument, timeframe, lastBarTs } = row
  const bars = await disk.bars({
    venue,
    source: 'simulator:default',
    feed: 'trading',
    instrument,
    timeframe,
    from: 0,
    to: lastBarTs + 1,
  })
  const seenBars = bars.slice(-state.bars)
  if (seenBars.length < state.bars)
    return [...problems, `${instrument}: ${state.bars} bars were counted, ${bars.length} are stored`]
  const series = universalSignals.create(defaultPmConfig)
  for (const bar of seenBars) universalSignals.advance(series, bar, defaultPmConfig)
  const [stored, computed] = [row.state as { readonly series: unknown }, universalSignals.save(series)].map(
    (side, index) => JSON.stringify(index === 0 ? (side as { readonly series: unknown }).series : side),
  )
  if (stored !== computed) problems.push(`${instrument}: its trend state is not what its ${state.bars} bars make`)
  return problems
}

function described({ id, side, quantity, instrument, sealedId }: VenueBooksFill): string {
  return `${side} ${quantity} ${instrument} (fill ${id} of order ${sealedId})`
}
