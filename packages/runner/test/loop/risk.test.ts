import { afterEach, describe, expect, it } from 'vitest'
import { silentLogger } from '../../src/history/silent-logger.ts'
import { RiskRuntime } from '../../src/loop/risk-runtime.ts'
import type { RunnerEvent } from '../../src/loop/snapshot.ts'
import type { LossLimits, RiskLimits, TradingOrder, TradingState } from '../../src/risk/index.ts'
import { NO_LIMITS } from '../../src/risk/index.ts'
import { createMemoryStore } from '../../src/store/memory/memory-store.ts'
import type { Store } from '../../src/store/store.ts'
import { HOUR, VENUE } from '../store/behaviour/samples.ts'
import { addScripted, amount, BTC, SCOPE, ScriptedRun, ScriptedVenue, SIGNAL, START } from './scripted-account.ts'

interface Limits {
  readonly limits?: Partial<RiskLimits>
  readonly venues?: { readonly [entry: string]: Partial<RiskLimits> }
  readonly losses?: Partial<LossLimits>
}

/** The loop with risk in it, as the composition root puts them together. */
class RiskyRun implements AsyncDisposable {
  readonly run: ScriptedRun
  readonly risk: RiskRuntime
  readonly events: RunnerEvent[] = []
  readonly #store: Store

  constructor(store: Store, venue: ScriptedVenue, { limits, venues, losses }: Limits, at = START) {
    this.#store = store
    const config = {
      limits: { ...NO_LIMITS, ...limits },
      venues: venues ?? {},
      losses: { dailyLossUsd: null, drawdownUsd: null, onBreach: 'reduce' as const, ...losses },
    }
    this.run = new ScriptedRun(store, venue, {
      at,
      permit: (asked) => this.risk.permit(asked),
      gateOf: (of) => this.risk.gateOf(of),
      flattenAt: (of) => this.risk.flattenAt(of),
    })
    this.risk = new RiskRuntime({
      config,
      store,
      clock: this.run.clock,
      logger: silentLogger,
      scopeOf: () => SCOPE,
      positions: () => this.run.engine.positions,
      runtimes: () => this.run.engine.runtimes,
      onEvent: (event) => this.events.push(event),
    })
  }

  async start(): Promise<this> {
    await this.risk.refresh()
    await this.run.engine.start()
    await this.run.rest()
    return this
  }

  /** A trade of somebody else, by which the price is known. */
  sees(price: string, ts = this.run.clock.now()): void {
    const trades = [{ id: `${ts}`, ts, price: amount(price), quantity: amount('1'), side: 'buy' as const }]
    this.run.tell({ type: 'trades', instrument: BTC, feeds: [], trades })
  }

  /** A person's order, taken up as a running runner does. */
  async order(state: TradingState, flatten = false, target: TradingOrder['target'] = 'all'): Promise<void> {
    const at = this.run.clock.now()
    const flattenAt = flatten ? at : null
    const order = { scope: SCOPE, target, state, flattenAt, reason: 'a test', by: 'operator' as const, at }
    await this.#store.saveTradingOrder(order)
    await this.risk.refresh()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.run[Symbol.asyncDispose]()
  }
}

const ended: AsyncDisposable[] = []
afterEach(async () => {
  for (const one of ended.splice(0)) await one[Symbol.asyncDispose]()
})

async function begun(limits: Limits = {}) {
  const store = createMemoryStore({ keepSteps: true, now: () => START })
  const venue = new ScriptedVenue()
  venue.balances = [{ asset: 'USDC', total: amount('300'), available: amount('100000') }]
  await addScripted(store)
  const risky = await new RiskyRun(store, venue, limits).start()
  ended.push(risky)
  return { store, venue, risky, run: risky.run }
}

async function newestIntent(store: Store) {
  const [intent] = await store.intents(SCOPE, 1)
  return intent
}

/** The price as a bar of others gave it; then losses are looked at. */
async function priceIs({ run, risk }: RiskyRun, price: string): Promise<void> {
  const [runtime] = run.engine.runtimes
  if (runtime !== undefined) run.engine.setPrice(runtime.venue, BTC, amount(price))
  await risk.refresh()
}

describe('a limit', () => {
  it.each<[string, Partial<RiskLimits>, RegExp]>([
    ['max-order', { maxOrderUsd: 50 }, /the order would be [\d.]+ USD, at most 50/],
    ['max-position', { maxPositionUsd: 50 }, /the position would be [\d.]+ USD, at most 50/],
    ['max-venue', { maxVenueUsd: 50 }, /all positions of the venue would be [\d.]+ USD, at most 50/],
    ['max-total', { maxTotalUsd: 50 }, /all positions would be [\d.]+ USD, at most 50/],
    ['max-leverage', { maxLeverage: 0.1 }, /leverage would be [\d.]+, at most 0.1/],
    ['price-deviation', { maxPriceDeviationBps: 1 }, /bps from the newest price, at most 1/],
    ['unknown-price', { maxPriceAgeMs: 1 }, /no price of the instrument has been seen/],
  ])(
    '%s refuses an entry before it is stored or sent, with a reason, and lets the exit pass',
    async (reason, limits, text) => {
      const { store, venue, risky, run } = await begun({ limits })
      await run.reconcile()
      if (reason !== 'unknown-price') risky.sees('100')
      await run.bar(SIGNAL.buy)
      expect(venue.sent).toEqual([])
      const refused = await newestIntent(store)
      expect(refused).toMatchObject({
        state: 'skipped',
        stateReason: expect.stringMatching(new RegExp(`^${reason}: `)),
      })
      expect(refused?.stateReason).toMatch(text)
      expect((await store.story(refused?.id ?? ''))?.orders).toEqual([])

      // The same loop, with what it holds from before the limit.
      const free = await begun()
      await free.run.bar(SIGNAL.buy)
      expect(free.venue.sent).toHaveLength(1)
      await free.run.engine.stop()
      const limited = await new RiskyRun(free.store, free.venue, { limits }, free.run.clock.now() + 1).start()
      ended.push(limited)
      await limited.run.bar(SIGNAL.exit)
      expect(free.venue.sent).toHaveLength(2)
      expect(limited.run.rows[0]?.quantity).toBe('0')
    },
  )

  it('stale-price: an old price does not do for an entry', async () => {
    const { store, venue, risky, run } = await begun({ limits: { maxPriceAgeMs: 60_000 } })
    risky.sees('100')
    await run.bar(SIGNAL.buy)
    expect(venue.sent).toEqual([])
    expect((await newestIntent(store))?.stateReason).toMatch(
      /^stale-price: the newest price is 3600000 ms old, at most 60000 ms/,
    )
    risky.sees('100', run.clock.now() + HOUR - 1_000)
    await run.bar(SIGNAL.buy)
    expect(venue.sent).toHaveLength(1)
  })

  it('unknown-equity: leverage that cannot be known is refused', async () => {
    const { store, venue, run } = await begun({ limits: { maxLeverage: 5 } })
    venue.balances = []
    await run.reconcile()
    await run.bar(SIGNAL.buy)
    expect(venue.sent).toEqual([])
    expect((await newestIntent(store))?.stateReason).toMatch(/^unknown-equity: /)
  })

  it('order-rate: counts exits, and refuses only entries, for a minute', async () => {
    const { venue, run, risky } = await begun({ limits: { maxOrdersPerMinute: 2 } })
    await run.bar(SIGNAL.buy)
    await risky.order('halted', true)
    await run.wait(1_000)
    expect(venue.sent.map(({ side }) => side)).toEqual(['buy', 'sell'])
    await risky.order('active')
    const [entry, exit] = venue.sent
    const [row] = run.rows
    if (entry === undefined || exit === undefined || row === undefined) throw new Error('nothing was sent')
    const ask = (request: typeof entry, later: number) =>
      risky.risk.permit({
        request,
        intentId: 'another',
        positionId: row.id,
        venue: VENUE,
        label: 'default',
        isExit: request === exit,
        ordered: false,
        attempt: 1,
        at: run.clock.now() + later,
      })
    expect(ask(entry, 10_000)).toEqual({
      kind: 'refused',
      reason: 'order-rate',
      message: '2 orders in the last minute, at most 2',
    })
    expect(ask(exit, 10_000)).toEqual({ kind: 'allowed' })
    expect(ask(entry, 65_000)).toEqual({ kind: 'allowed' })
  })

  it('of one entry stands in the place of the general one', async () => {
    const general = { maxOrderUsd: 50 }
    const { venue, run } = await begun({ limits: general, venues: { [VENUE]: { maxOrderUsd: 100_000 } } })
    await run.bar(SIGNAL.buy)
    expect(venue.sent).toHaveLength(1)
    const other = await begun({ limits: general, venues: { [`${VENUE} other`]: { maxOrderUsd: 100_000 } } })
    await other.run.bar(SIGNAL.buy)
    expect(other.venue.sent).toEqual([])
  })
})

describe('a trading state', () => {
  it('halted sends nothing at all, not even an exit, also after a restart; resumed, the exit goes', async () => {
    const { store, venue, risky, run } = await begun()
    await run.bar(SIGNAL.buy)
    await risky.order('halted')
    await run.bar(SIGNAL.exit)
    expect(venue.sent).toHaveLength(1)
    await run.engine.stop()
    const again = await new RiskyRun(store, venue, {}, run.clock.now() + 1).start()
    ended.push(again)
    await again.run.bar(SIGNAL.exit)
    await again.run.wait(10_000)
    expect(venue.sent).toHaveLength(1)
    expect(again.events.map((event) => ('message' in event ? event.message : ''))).toContainEqual(
      expect.stringContaining('trading of everything is halted'),
    )
    await again.order('active')
    await again.run.wait(10_000)
    expect(venue.sent).toHaveLength(2)
    expect(again.run.rows[0]?.quantity).toBe('0')
  })

  it('reducing lets exits go and nothing else', async () => {
    const { venue, risky, run } = await begun()
    await run.bar(SIGNAL.buy)
    await risky.order('reducing')
    await run.bar(SIGNAL.exit)
    expect(venue.sent).toHaveLength(2)
    await run.bar(SIGNAL.buy)
    expect(venue.sent).toHaveLength(2)
    await risky.order('active')
    await run.bar(SIGNAL.buy)
    expect(venue.sent).toHaveLength(3)
  })

  it.each(['reducing', 'halted'] as const)(
    '%s withdraws an entry that rests, and asks again no more often than needed',
    async (state) => {
      const { venue, risky, run } = await begun()
      const resting = (_order: unknown, sealed: { readonly id: string }) =>
        ({ kind: 'resting', orderId: `oid-${sealed.id}`, filled: amount('0') }) as const
      venue.answers = [resting]
      venue.told = { kind: 'resting', orderId: 'oid', filled: amount('0') }
      venue.cancelTold = { kind: 'unknown', message: 'no answer' }
      await run.bar(SIGNAL.buy)
      await run.wait(1_000)
      expect(venue.cancelled).toHaveLength(0)
      await risky.order(state)
      await run.wait(20_000)
      expect(venue.cancelled.length).toBeGreaterThan(0)
      expect(venue.cancelled.length).toBeLessThanOrEqual(5)
      venue.cancelTold = { kind: 'expired', cause: 'cancelled', message: 'cancelled' }
      await run.wait(20_000)
      expect(run.engine.positions[0]?.actor?.active).toBeNull()
    },
  )

  it('flatten sells off and buys nothing again', async () => {
    const { venue, risky, run } = await begun()
    await run.bar(SIGNAL.buy)
    await risky.order('halted', true)
    await run.wait(1_000)
    expect(venue.sent.at(-1)).toMatchObject({ side: 'sell', reduceOnly: true })
    expect(run.rows[0]?.quantity).toBe('0')
    await run.bar(SIGNAL.buy)
    await run.wait(30_000)
    expect(venue.sent).toHaveLength(2)
  })

  it('of one venue concerns no other, and is not lifted by a word about everything', async () => {
    const { venue, risky, run } = await begun()
    await risky.order('halted', false, { venue: VENUE, label: 'another' })
    await run.bar(SIGNAL.buy)
    expect(venue.sent).toHaveLength(1)
    await risky.order('halted', false, { venue: VENUE, label: 'default' })
    await risky.order('active')
    await run.bar(SIGNAL.exit)
    expect(venue.sent).toHaveLength(1)
  })
})

describe('a loss', () => {
  it.each([
    ['reduce', 'reducing', ['buy', 'sell']],
    ['halt', 'halted', ['buy']],
    ['flatten', 'halted', ['buy', 'sell']],
  ] as const)(
    'with onBreach %s makes trading %s, also over a restart, until a person resumes',
    async (onBreach, state, sides) => {
      const losses = { dailyLossUsd: 5, onBreach }
      const { store, venue, risky, run } = await begun({ losses })
      await run.bar(SIGNAL.buy)
      await priceIs(risky, '60')
      await run.wait(10_000)
      expect(await store.tradingOrders(SCOPE)).toMatchObject([{ target: 'all', state, by: 'breaker' }])
      await run.bar(SIGNAL.exit, 60)
      await run.bar(SIGNAL.buy, 60)
      expect(venue.sent.map(({ side }) => side)).toEqual(sides)

      await run.engine.stop()
      const again = await new RiskyRun(store, venue, { losses }, run.clock.now() + 1).start()
      ended.push(again)
      expect(again.risk.orders).toMatchObject([{ state, by: 'breaker' }])
      await again.run.bar(SIGNAL.buy, 60)
      expect(venue.sent.map(({ side }) => side)).toEqual(sides)

      await again.run.wait(1_000)
      await again.order('active')
      await again.run.bar(SIGNAL.exit, 60)
      await again.run.bar(SIGNAL.buy, 60)
      expect(again.risk.orders).toMatchObject([{ state: 'active', by: 'operator' }])
      expect(venue.sent.slice(1).map(({ side }) => side)).toEqual(['sell', 'buy'])
    },
  )

  it('that a person has resumed after is forgiven, and the next one counts from there', async () => {
    const { risky, run } = await begun({ losses: { dailyLossUsd: 50, drawdownUsd: 50, onBreach: 'halt' } })
    await run.bar(SIGNAL.buy)
    await priceIs(risky, '70')
    expect(risky.risk.orders).toMatchObject([{ state: 'halted', by: 'breaker' }])
    await run.wait(1_000)
    await risky.order('active')
    await priceIs(risky, '65')
    expect(risky.risk.orders).toMatchObject([{ state: 'active', by: 'operator' }])
    await priceIs(risky, '40')
    expect(risky.risk.orders).toMatchObject([{ state: 'halted', by: 'breaker' }])
  })

  it('does not loosen what a person had halted', async () => {
    const { risky, run } = await begun({ losses: { dailyLossUsd: 5, onBreach: 'reduce' } })
    await run.bar(SIGNAL.buy)
    await risky.order('halted')
    await priceIs(risky, '60')
    expect(risky.risk.orders).toMatchObject([{ state: 'halted' }])
  })

  it('from the highest profit on is a drawdown', async () => {
    const { store, risky, run } = await begun({ losses: { drawdownUsd: 5, onBreach: 'halt' } })
    await run.bar(SIGNAL.buy)
    await priceIs(risky, '150')
    expect(await store.tradingOrders(SCOPE)).toEqual([])
    await priceIs(risky, '120')
    expect(await store.tradingOrders(SCOPE)).toMatchObject([
      { state: 'halted', by: 'breaker', reason: expect.stringContaining('highest') },
    ])
  })
})
