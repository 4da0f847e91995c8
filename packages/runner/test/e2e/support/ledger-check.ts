import { Exact } from '@portolan/core'
import type { AccountExecutions } from '@portolan/venue-hyperliquid/simulator'
import type { IntentStory, PositionRow, Store } from '../../../src/store/store.ts'
import { FINAL_INTENT_STATES, FINAL_ORDER_STATES } from '../../../src/store/store.ts'
import type { PostedOrder } from './exchange-proxy.ts'

type VenueFill = AccountExecutions['fills'][number]

const MINUTE = 60_000
const ALL = 1_000_000
/** Bars that a position may lag behind another when all are well: some are still being back-filled when the runner ends. */
const MOST_BEHIND = 10

/** What happened at the venue. */
export interface VenueSide {
  readonly posted: readonly PostedOrder[]
  readonly executions: readonly AccountExecutions[]
}

/**
 * Compares what a store holds with what the venue did, whenever the runner is dead. Remembers what it has seen: a step that was written once may not
 * change, and the bars that a position has counted are those since its first one.
 */
export class LedgerCheck {
  readonly #scope: string
  readonly #stepsSeen = new Map<string, number>()
  readonly #firstBars = new Map<string, number>()
  readonly #stories = new Map<string, IntentStory>()

  constructor(scope: string) {
    this.#scope = scope
  }

  /** Steps that were written so far. */
  get steps(): number {
    return this.#stepsSeen.size
  }

  /** Everything known of every intent, as it was when looked at last. */
  get stories(): readonly IntentStory[] {
    return [...this.#stories.values()]
  }

  /** What is wrong, in sentences; empty when nothing is. */
  async problems(store: Store, venue: VenueSide): Promise<string[]> {
    const positions = await store.positions(this.#scope)
    const intents = await store.intents(this.#scope, ALL)
    for (const { id } of intents) {
      const known = this.#stories.get(id)
      if (known !== undefined && FINAL_INTENT_STATES.includes(known.intent.state)) continue
      const story = await store.story(id)
      if (story !== null) this.#stories.set(id, story)
    }
    const problems: string[] = []
    for (const position of positions) problems.push(...(await this.#position(store, position, venue)))
    return [...problems, ...this.#orders(venue)]
  }

  /** What is not settled: only to be asked of a runner that was left alone for a while. */
  async unsettled(store: Store, venue: VenueSide): Promise<string[]> {
    const open = await store.openIntents(this.#scope)
    const problems = open.map(({ intent }) => `intent ${intent.id} is ${intent.state}: ${intent.stateReason}`)
    const positions = await store.positions(this.#scope)
    const newest = Math.max(...positions.map((row) => row.lastBarTs ?? 0))
    for (const { instrument, lastBarTs } of positions) {
      const behind = (newest - (lastBarTs ?? 0)) / MINUTE
      if (behind > MOST_BEHIND) problems.push(`${instrument} is ${behind} bars behind the others`)
    }
    const booked = new Set<string>()
    const held: Record<string, string> = {}
    for (const { id, instrument, quantity } of positions) {
      for (const fill of await store.fills(id)) booked.add(fill.id)
      if (quantity !== '0') held[instrument] = quantity
    }
    const executed = venue.executions.flatMap(({ fills }) => fills)
    for (const fill of executed) {
      const id = `${fill.time}:${fill.oid}:${fill.tid}`
      if (!booked.has(id)) problems.push(`the venue filled ${id} (${fill.coin}, ${fill.cloid}), which is not booked`)
    }
    if (booked.size !== executed.length)
      problems.push(`${booked.size} fills are booked, ${executed.length} were executed`)
    const theirs = Object.assign({}, ...venue.executions.map((account) => account.positions)) as Record<string, string>
    for (const coin of new Set([...Object.keys(held), ...Object.keys(theirs)])) {
      const [ours, actual] = [held[coin] ?? '0', theirs[coin] ?? '0']
      if (!new Exact(ours).eq(actual)) problems.push(`the ledger holds ${ours} ${coin}, the venue ${actual}`)
    }
    return problems
  }

  async #position(store: Store, row: PositionRow, venue: VenueSide): Promise<string[]> {
    const name = `${row.instrument} ${row.timeframe}`
    const problems: string[] = []
    const steps = await store.steps(row.id, ALL)
    for (const [index, { barTs, at, intentId }] of steps.entries()) {
      const key = `${row.id} ${barTs}`
      const seen = this.#stepsSeen.get(key)
      if (seen !== undefined && seen !== at)
        problems.push(`${name}: bar ${barTs} was evaluated at ${seen} and again at ${at}`)
      this.#stepsSeen.set(key, at)
      const newer = steps[index - 1]?.barTs ?? Number.POSITIVE_INFINITY
      if (barTs >= newer) problems.push(`${name}: bar ${barTs} was evaluated after bar ${newer}`)
      if (intentId !== null && this.#stories.get(intentId)?.intent.barTs !== barTs)
        problems.push(`${name}: the step of bar ${barTs} names the intent ${intentId} of another bar`)
    }
    const state = row.state as { readonly bars: number; readonly lastTs: number } | null
    if (state !== null && row.lastBarTs !== null) {
      if (state.lastTs !== row.lastBarTs || steps[0]?.barTs !== row.lastBarTs)
        problems.push(
          `${name}: last step ${steps[0]?.barTs}, last bar ${row.lastBarTs}, last bar of its state ${state.lastTs}`,
        )
      const first = row.lastBarTs - (state.bars - 1) * MINUTE
      const known = this.#firstBars.get(row.id)
      if (known !== undefined && known !== first)
        problems.push(`${name}: counted ${(known - first) / MINUTE} bars more than there were up to ${row.lastBarTs}`)
      this.#firstBars.set(row.id, known ?? first)
    }
    return [...problems, ...(await this.#fills(store, row, venue))]
  }

  async #fills(store: Store, row: PositionRow, { executions }: VenueSide): Promise<string[]> {
    const problems: string[] = []
    const executed = new Map<string, VenueFill>(
      executions.flatMap(({ fills }) => fills).map((fill) => [`${fill.time}:${fill.oid}:${fill.tid}`, fill] as const),
    )
    let held = new Exact(0)
    const seen = new Set<string>()
    for (const fill of await store.fills(row.id)) {
      if (seen.has(fill.id)) problems.push(`fill ${fill.id} is booked twice`)
      seen.add(fill.id)
      held = fill.side === 'buy' ? held.plus(fill.quantity) : held.minus(fill.quantity)
      const theirs = executed.get(fill.id)
      if (theirs === undefined) {
        problems.push(`fill ${fill.id} is booked, but the venue knows nothing of it`)
        continue
      }
      const same =
        theirs.coin === row.instrument &&
        theirs.cloid === fill.sealedId &&
        (theirs.side === 'B') === (fill.side === 'buy') &&
        new Exact(theirs.sz).eq(fill.quantity) &&
        new Exact(theirs.px).eq(fill.price) &&
        fill.fee.in === 'quote' &&
        new Exact(theirs.fee).eq(fill.fee.amount)
      if (!same)
        problems.push(`fill ${fill.id} is booked as ${JSON.stringify(fill)}, but was ${JSON.stringify(theirs)}`)
    }
    if (!held.eq(row.quantity))
      problems.push(`${row.instrument}: the fills make ${held.toFixed()}, the position says ${row.quantity}`)
    return problems
  }

  #orders({ posted, executions }: VenueSide): string[] {
    const problems: string[] = []
    for (const what of ['cloid', 'nonce'] as const) {
      const values = posted.map((order) => order[what])
      for (const value of repeated<string | number>(values)) problems.push(`${what} ${value} was posted more than once`)
    }
    const accepted = executions.flatMap(({ orders }) => orders.map((order) => String(order.cloid)))
    for (const cloid of repeated(accepted)) problems.push(`the venue has several orders ${cloid}`)
    const orders = this.stories.flatMap((story) => story.orders)
    for (const { orders: made, intent } of this.stories) {
      const sent = made.filter(({ state }) => state !== 'sealed' && state !== 'abandoned')
      if (intent.side === 'buy' && made.length > 1) problems.push(`entry ${intent.id} has ${made.length} orders`)
      for (const [index, order] of sent.entries()) {
        const next = sent[index + 1]
        if (next === undefined) continue
        if (!FINAL_ORDER_STATES.includes(order.state) || next.createdAt < order.updatedAt)
          problems.push(`intent ${intent.id} had order ${next.id} before order ${order.id} was at its end`)
      }
    }
    const states = new Map(orders.map(({ id, state }) => [id, state] as const))
    for (const cloid of [...posted.map((order) => order.cloid), ...accepted]) {
      const state = states.get(cloid)
      if (state === undefined) problems.push(`order ${cloid} was sent without being on disk`)
      else if (state === 'sealed' || state === 'abandoned')
        problems.push(`order ${cloid} was sent, but is ${state} on disk`)
    }
    return problems
  }
}

function repeated<T>(values: readonly T[]): T[] {
  return values.filter((value, index) => values.indexOf(value) !== index)
}
