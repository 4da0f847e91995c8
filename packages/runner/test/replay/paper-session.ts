import type { FeedStatus, HistoryRequest, InstrumentId, Timeframe, VenueEvent, VenueKey } from '@portolan/core'
import {
  defaultPmConfig,
  parseDecimal,
  resolveCapabilities,
  TIMEFRAME_MS,
  TIMEFRAMES,
  universalModels,
  VenueError,
  venueKey,
} from '@portolan/core'
import { createSimulatedExchange } from '../../src/execution/simulated/index.ts'
import { silentLogger } from '../../src/history/silent-logger.ts'
import { Engine } from '../../src/loop/engine.ts'
import type { TradingVenue } from '../../src/loop/trading-venue.ts'
import { DEFAULT_PATIENCE } from '../../src/reconciler/index.ts'
import { decisionLine } from '../../src/report/backtest/decision-line.ts'
import { VirtualClock } from '../../src/services/index.ts'
import type { Store } from '../../src/store/store.ts'
import type { SyntheticMarket } from './synthetic-market.ts'

export const VENUE: VenueKey = venueKey({ tokenChain: 'acme', bookId: 'spot' })
export const NETWORK = { name: 'mainnet', simulated: false }
export const SOURCE = 'mainnet:default'
export const SLIPPAGE_BPS = 5
export const CASH = parseDecimal('10000')
export const pm = { config: defaultPmConfig, models: universalModels, fixedA: null, fixedE: null }

export interface SessionPosition {
  readonly instrument: InstrumentId
  readonly timeframe: Timeframe
}

export interface PaperSession {
  readonly from: number
  readonly to: number
  readonly positions: readonly SessionPosition[]
  readonly majors: readonly InstrumentId[]
  /** ms. */
  readonly graceMs: number
  /** How long after a second its trades arrive, ms; those that come after the grace are late. */
  readonly delayMs: (second: number) => number
  /** Called before each second, ms. */
  readonly onSecond?: (second: number) => Promise<void>
  /** The venue cannot be reached. */
  readonly outage?: { readonly from: number; readonly to: number }
}

/** Decisions by position and bar, as lines. */
export type Decisions = ReadonlyMap<string, string>

export const decisionKey = (instrument: string, timeframe: string, ts: number): string =>
  `${instrument} ${timeframe} ${new Date(ts).toISOString()}`

/** A session of the runner's loop on paper: trades of the market arrive as time goes on, and the store records. */
export async function paperSession(market: SyntheticMarket, store: Store, session: PaperSession): Promise<Decisions> {
  const { from, to, outage } = session
  const clock = new VirtualClock(from)
  const isOut = (at: number): boolean => outage !== undefined && at >= outage.from && at < outage.to
  const wanted = new Map<InstrumentId, Set<'majors' | 'trading'>>()
  const emit = (event: VenueEvent): void => engine.receive(venue, event)
  const exchange = createSimulatedExchange({
    quote: 'USDC',
    startingCash: CASH,
    slippageBps: SLIPPAGE_BPS,
    frictionless: false,
    clock,
    instrument: (id) => market.instruments.find((instrument) => instrument.id === id) ?? null,
    emit,
  })
  const venue: TradingVenue = {
    key: VENUE,
    label: 'default',
    name: 'acme',
    network: NETWORK,
    source: SOURCE,
    capabilities: resolveCapabilities({ history: TIMEFRAMES, cancel: true }),
    venue: {
      start: async () => undefined,
      instruments: async () => market.instruments,
      canTradeNow: () => ({ state: 'open' }),
      marketData: {
        want: (subscriptions) => {
          wanted.clear()
          for (const { instrument, feed } of subscriptions) {
            wanted.set(instrument, (wanted.get(instrument) ?? new Set()).add(feed))
          }
        },
        history: async (request: HistoryRequest) => {
          if (isOut(clock.now())) throw new VenueError('unavailable', 'no answer')
          const { instrument, timeframe } = request
          const ended = Math.min(request.to, clock.now() - TIMEFRAME_MS[timeframe] + 1)
          return market.bars(instrument, timeframe, request.from, ended)
        },
      },
      [Symbol.asyncDispose]: async () => undefined,
    },
    execution: exchange,
    account: exchange,
    dryRun: false,
    prices: exchange,
  }
  const decisions = new Map<string, string>()
  const engine = new Engine({
    mode: 'paper',
    store,
    clock,
    logger: silentLogger,
    venues: { all: [venue], forPosition: () => ({ execution: venue, data: venue }), dataOf: () => venue },
    scopeOf: () => 'paper@mainnet',
    pm: { ...pm, learning: true },
    bars: { graceMs: session.graceMs, historyBars: 1_000 },
    majors: { key: VENUE, label: null, symbols: session.majors },
    patience: DEFAULT_PATIENCE,
    upkeep: { flushMs: 60_000, reconcileMs: 60_000 },
    onStep: ({ row }, { bar, step, scores, before }) => {
      const line = decisionLine({ bar, signals: step.signals, plan: step.plan, scores, position: before })
      if (line !== null) decisions.set(decisionKey(row.instrument, row.timeframe, bar.ts), line)
    },
    onEvent: () => undefined,
  })
  for (const { instrument, timeframe } of session.positions) {
    const key = { scope: 'paper@mainnet', venue: VENUE, label: 'default', instrument, timeframe }
    await store.addPosition(key, parseDecimal('1000'))
  }
  await engine.start()
  // Histories come through the store, which a real database answers in its own time.
  while (engine.runtimes.some(({ series }) => series.length === 0 || series.some(({ incomplete }) => incomplete))) {
    await clock.advanceBy(0)
  }
  await engine.idle()
  const tell = (status: FeedStatus): void => {
    for (const [instrument, feeds] of wanted) {
      emit({ type: 'feed-status', instrument, feeds: [...feeds], status, at: clock.now() })
    }
  }
  tell({ kind: 'live' })
  for (let second = from; second < to; second += 1_000) {
    await session.onSecond?.(second)
    await clock.advanceTo(Math.max(clock.now(), second + 1_000 + session.delayMs(second)))
    engine.tick()
    if (second === outage?.from) tell({ kind: 'stale', since: second })
    if (second === outage?.to) {
      tell({ kind: 'reconnected' })
      tell({ kind: 'gap', from: outage.from, to: outage.to })
      tell({ kind: 'live' })
    }
    if (!isOut(second)) {
      for (const [instrument, feeds] of wanted) {
        const trades = market.trades(instrument, second, second + 1_000)
        if (trades.length > 0) emit({ type: 'trades', instrument, feeds: [...feeds], trades })
      }
    }
    engine.tick()
    await engine.idle()
  }
  await clock.advanceTo(Math.max(clock.now(), to + session.graceMs))
  engine.tick()
  await engine.idle()
  await engine.stop()
  return decisions
}
