import type { Outcome } from '@portolan/core'
import { decimalFromNumber, instrumentId, parseDecimal } from '@portolan/core'
import fc from 'fast-check'
import { positionId } from '../../src/store/position-id.ts'
import type { PositionKey, Store } from '../../src/store/store.ts'
import {
  AMOUNTS,
  bar,
  booking,
  charge,
  fill,
  HOUR,
  instrument,
  newIntent,
  positionKey,
  sealed,
  series,
  step,
  T0,
  trade,
  VENUE,
} from './behaviour/samples.ts'

/** Names of one sequence of operations: few, so that operations meet, and not those of another sequence in the same database. */
export class World {
  readonly scope: string
  readonly source: string
  /** Before it lie the times of this world's trades. */
  readonly end: number
  readonly #run: number

  constructor(run: number) {
    this.#run = run
    this.scope = `scope-${run}`
    this.source = `source-${run}`
    this.end = run * 1000
  }

  id(kind: string, n: number): string {
    return `${kind}-${this.#run}-${n}`
  }

  key(n: number): PositionKey {
    return positionKey(this.scope, { label: `label-${n % 2}`, timeframe: n < 2 ? '1h' : '4h' })
  }

  /** The last one is never added. */
  position(n: number): string {
    return positionId(this.key(n))
  }

  tradeTime(n: number): number {
    return this.end - 1000 + n
  }
}

export interface Operation {
  run(store: Store, world: World): Promise<unknown>
  toString(): string
}

const few = (max: number) => fc.integer({ min: 0, max })

const outcome: fc.Arbitrary<Outcome> = fc.oneof(
  fc.constantFrom<Outcome>(
    { kind: 'unknown', message: 'no answer' },
    { kind: 'rejected', reason: 'slippage', message: 'too far' },
    { kind: 'expired', cause: 'cancelled', message: 'cancelled' },
  ),
  few(9).map((n): Outcome => ({ kind: 'resting', orderId: String(n), filled: decimalFromNumber(n / 10) })),
  fc.record({ kind: fc.constantFrom('filled' as const, 'partial' as const), n: few(9) }).map(
    ({ kind, n }): Outcome => ({
      kind,
      orderId: String(n),
      filled: parseDecimal('1.5'),
      averagePrice: parseDecimal('0.1'),
    }),
  ),
)

const amounts = few(1_000_000).map((n) => ({ ...AMOUNTS, quantity: decimalFromNumber(n / 1e7) }))

/** Says what it does when a sequence fails. */
function operation<T>(
  name: string,
  what: fc.Arbitrary<T>,
  run: (store: Store, world: World, what: T) => Promise<unknown>,
): fc.Arbitrary<Operation> {
  return what.map((value) => ({
    run: (store, world) => run(store, world, value),
    toString: () => `${name} ${JSON.stringify(value)}`,
  }))
}

const ledger: readonly fc.Arbitrary<Operation>[] = [
  operation('addPosition', fc.tuple(few(2), few(5000)), (store, world, [n, usd]) =>
    store.addPosition(world.key(n), decimalFromNumber(usd / 7)),
  ),
  operation('setPaused', fc.tuple(few(3), fc.boolean()), (store, world, [n, paused]) =>
    store.setPaused(world.position(n), paused),
  ),
  operation(
    'recordStep',
    fc.tuple(few(3), few(12), fc.option(few(4)), fc.jsonValue({ maxDepth: 2 }), fc.boolean()),
    (store, world, [n, hour, intent, state, skipped]) => {
      const change = {
        state: skipped ? ('skipped' as const) : ('planned' as const),
        stateReason: skipped ? 'too small' : null,
      }
      const planned = intent === null ? null : newIntent(world.id('intent', intent), change)
      // jsonb knows no negative zero, nor does JSON.
      const json = JSON.parse(JSON.stringify(state))
      return store.recordStep(step(world.position(n), T0 + hour * HOUR, { state: json, intent: planned }))
    },
  ),
  operation('sealOrder', fc.tuple(few(4), few(4)), (store, world, [intent, order]) =>
    store.sealOrder({
      intentId: world.id('intent', intent),
      sealed: sealed(world.id('order', order)),
      request: { order },
    }),
  ),
  operation('markSubmitting', few(4), (store, world, order) => store.markSubmitting(world.id('order', order))),
  operation('recordOutcome', fc.tuple(few(4), outcome, fc.boolean()), (store, world, [order, what, retry]) =>
    store.recordOutcome(world.id('order', order), what, { retry }),
  ),
  operation('recordPlan', fc.tuple(few(3), few(12), few(4)), (store, world, [n, hour, intent]) =>
    store.recordPlan({
      positionId: world.position(n),
      barTs: T0 + hour * HOUR,
      at: T0 + hour,
      intent: newIntent(world.id('intent', intent)),
    }),
  ),
  operation(
    'endIntent',
    fc.tuple(
      few(4),
      fc.constantFrom('skipped' as const, 'not-sent' as const, 'abandoned' as const, 'partial' as const),
    ),
    (store, world, [intent, state]) => store.endIntent(world.id('intent', intent), state, `because of ${state}`),
  ),
  operation(
    'bookFills',
    fc.tuple(few(3), fc.option(few(4)), fc.array(few(5), { maxLength: 3 }), amounts, few(3), fc.option(few(3))),
    (store, world, [n, intent, fills, after, closed, charged]) =>
      store.bookFills(
        booking(
          world.position(n),
          fills.map((id) => fill(world.id('fill', id), { at: T0 + (id % 5) })),
          {
            intentId: intent === null ? null : world.id('intent', intent),
            amounts: after,
            charges: charged === null ? [] : [charge(world.id('charge', charged), { usd: after.quantity })],
            closedTrade: closed === 0 ? { pattern: 'S3.dx', closedAt: T0 + fills.length, r: 1 / 3, trade: null } : null,
          },
        ),
      ),
  ),
]

const records: readonly fc.Arbitrary<Operation>[] = [
  operation(
    'saveClosedTrade',
    fc.tuple(few(3), few(5), fc.double({ min: -1, max: 3, noNaN: true })),
    (store, world, [n, at, r]) =>
      store.saveClosedTrade(world.position(n), { pattern: 'S1.buySignal', closedAt: T0 + at, r: r + 0, trade: { at } }),
  ),
  operation('saveCursor', fc.tuple(few(2), fc.string()), (store, world, [n, value]) =>
    store.saveCursor(world.scope, VENUE, 'default', `cursor-${n}`, value.replaceAll('\0', '0').toWellFormed()),
  ),
  operation('saveRegimeReading', fc.tuple(few(4), few(4)), (store, world, [ts, state]) =>
    store.saveRegimeReading({
      scope: world.scope,
      venue: VENUE,
      driver: 'btc',
      timeframe: '1h',
      ts,
      state: `S${state}`,
      reading: { state },
    }),
  ),
  operation('saveInstruments', fc.array(fc.tuple(few(4), few(9)), { maxLength: 4 }), (store, world, list) =>
    store.saveInstruments(
      VENUE,
      world.source,
      list.map(([n, cap]) => instrument(`I${n}`, { marketCapUsd: cap })),
    ),
  ),
  operation('saveTrades', fc.array(fc.tuple(few(5), few(30), few(9)), { maxLength: 8 }), (store, world, list) =>
    store.saveTrades(
      series(world.source),
      list.map(([id, at, price]) => trade(`t${id}`, world.tradeTime(at), { price: decimalFromNumber(price / 8) })),
    ),
  ),
  operation('prune', few(31), (store, world, at) => store.prune({ table: 'trades', before: world.tradeTime(at) })),
  operation('setIntentDelta', fc.tuple(few(2), few(40), few(4)), (store, world, [token, hours, a]) =>
    store.setIntentDelta({
      scope: world.scope,
      venue: VENUE,
      instrument: instrumentId(`I${token}`),
      intentA: a / 4,
      intentE: (2 - a) / 4,
      expiresAt: T0 + hours,
      reason: null,
    }),
  ),
  operation('clearIntentDelta', few(2), (store, world, token) =>
    store.clearIntentDelta({ scope: world.scope, venue: VENUE, instrument: instrumentId(`I${token}`) }),
  ),
  operation(
    'saveBars',
    fc.array(
      fc.tuple(
        few(10),
        few(9),
        fc.constantFrom('traded' as const, 'filled' as const, 'repaired' as const),
        fc.boolean(),
      ),
      {
        maxLength: 8,
      },
    ),
    (store, world, list) =>
      store.saveBars(
        series(world.source),
        '1h',
        list.map(([hour, close, origin, gapMarked]) => bar(T0 + hour * HOUR, close, { origin, gapMarked })),
      ),
  ),
]

/** A world in the middle of its life: three positions, intents 0 to 2 planned, orders 0 and 1 sealed, order 0 under way. */
export async function begin(store: Store, world: World): Promise<void> {
  for (let n = 0; n < 3; n += 1) {
    const { id } = await store.addPosition(world.key(n), parseDecimal('1000'))
    await store.recordStep(step(id, T0, { intent: newIntent(world.id('intent', n)) }))
  }
  for (let n = 0; n < 2; n += 1) {
    await store.sealOrder({ intentId: world.id('intent', n), sealed: sealed(world.id('order', n)), request: null })
  }
  await store.markSubmitting(world.id('order', 0))
}

/** Everything that can be done to a store. */
export const operations: fc.Arbitrary<Operation> = fc.oneof(
  { arbitrary: fc.oneof(...ledger), weight: 3 },
  { arbitrary: fc.oneof(...records), weight: 1 },
)

/** Everything of a world that can be read from a store. */
export async function visible(store: Store, world: World): Promise<unknown> {
  const ids = (kind: string, count: number) => Array.from({ length: count }, (_, n) => world.id(kind, n))
  const positions = Array.from({ length: 4 }, (_, n) => world.position(n))
  const of = series(world.source)
  const all = { from: 0, to: Number.MAX_SAFE_INTEGER }
  return {
    positions: await store.positions(world.scope),
    steps: await Promise.all(positions.map((id) => store.steps(id, 5))),
    open: await store.openIntents(world.scope),
    intents: await store.intents(world.scope, 4),
    stories: await Promise.all(ids('intent', 5).map((id) => store.story(id))),
    fills: await Promise.all(positions.map((id) => store.fills(id))),
    charges: await Promise.all(positions.map((id) => store.charges(id))),
    booked: [await store.bookedFillIds(world.scope, VENUE, 'label-0', ids('fill', 6))],
    results: [
      await store.tradeResults(world.scope, VENUE, '1h', 'S1.buySignal', 3),
      await store.tradeResults(world.scope, VENUE, '4h', 'S3.dx', 3),
    ],
    cursors: await Promise.all([0, 1, 2].map((n) => store.cursor(world.scope, VENUE, 'default', `cursor-${n}`))),
    readings: await store.regimeReadings(world.scope, VENUE, 'btc', '1h', 3),
    instruments: await store.instruments(VENUE, world.source),
    deltas: await store.intentDeltas(world.scope),
    pastDeltas: await store.pastIntentDeltas(world.scope, T0 + 5, T0 + 25),
    trades: await store.trades(of, 0, world.end),
    bars: await store.bars({ ...of, timeframe: '1h', ...all }),
  }
}
