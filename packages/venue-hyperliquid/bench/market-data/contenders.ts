import type {
  Clock,
  ClosedBar,
  Connect,
  Logger,
  RateBudget,
  RateBudgetSpec,
  VenueContext,
  VenueEvent,
} from '@portolan/core'
import { advanceSeries, BarBuilder, createSeriesState, defaultPmConfig, instrumentId } from '@portolan/core'
import { WebSocket } from 'ws'
import { HyperliquidVenue } from '../../src/adapter/hyperliquid-venue.ts'
import type { HyperliquidOptions } from '../../src/options.ts'
import { hyperliquidOptions } from '../../src/options.ts'
import type { FramePlan } from './frames.ts'
import { END_FRAME } from './frames.ts'

/** A client that is ready to receive all frames once. */
export interface Contender extends AsyncDisposable {
  /** Resolves when the last frame has been worked on. */
  readonly done: Promise<void>
  /** What it made of the frames. */
  result(): string
}

/** The yardstick: every frame received and parsed, and nothing else. */
export async function bare(port: number): Promise<Contender> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, { perMessageDeflate: false })
  await new Promise((resolve) => socket.once('open', resolve))
  let frames = 0
  const done = new Promise<void>((resolve) => {
    socket.on('message', (data) => {
      const message = JSON.parse((data as Buffer).toString('utf8')) as { channel: string }
      frames += 1
      if (message.channel === 'pong') resolve()
    })
  })
  return {
    done,
    result: () => `${frames} frames`,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        socket.once('close', () => resolve())
        socket.close()
      }),
  }
}

/** The adapter, the bar builders and the PM's series, as the runner drives them. */
export async function adapter(port: number, plan: FramePlan): Promise<Contender> {
  let now = plan.from
  const end = Promise.withResolvers<void>()
  const series = new Map(
    plan.coins.map((coin) => {
      const builder = new BarBuilder({ timeframes: ['1m'], graceMs: TICK_MS })
      builder.startAt(plan.from)
      return [instrumentId(coin), { builder, state: createSeriesState(defaultPmConfig) }]
    }),
  )
  let bars = 0
  let trades = 0
  let live = 0
  let nextTick = now + TICK_MS
  const ready = Promise.withResolvers<void>()
  const tick = () => {
    for (const { builder, state } of series.values()) {
      for (const { bar } of builder.closeUntil(now) satisfies readonly ClosedBar[]) {
        advanceSeries(state, bar, defaultPmConfig)
        bars += 1
      }
    }
  }
  const emit = (event: VenueEvent) => {
    if (event.type === 'feed-status') {
      series.get(event.instrument)?.builder.onStatus(event.status)
      live += event.status.kind === 'live' ? 1 : 0
      if (live === plan.coins.length) ready.resolve()
    } else if (event.type === 'trades') {
      series.get(event.instrument)?.builder.addTrades(event.trades)
      trades += event.trades.length
      now = Math.max(now, event.trades.at(-1)?.ts ?? now)
      if (now < nextTick) return
      nextTick = now + TICK_MS
      tick()
    }
  }
  const connect: Connect = (url, handlers) => {
    const socket = new WebSocket(url, { perMessageDeflate: false })
    socket.on('open', () => handlers.onOpen())
    socket.on('message', (data) => {
      const text = (data as Buffer).toString('utf8')
      handlers.onMessage(text)
      if (text.length !== END_FRAME.length || text !== END_FRAME) return
      now = plan.from + plan.lengthMs + TICK_MS
      tick()
      end.resolve()
    })
    socket.on('error', () => undefined)
    socket.on('close', (code) => handlers.onClose(code, ''))
    return {
      send: (text) => socket.send(text),
      close: () => socket.close(),
      terminate: () => socket.terminate(),
    }
  }
  const controller = new AbortController()
  const context: VenueContext<HyperliquidOptions> = {
    options: hyperliquidOptions.parse({ network: 'simulator', url: `http://127.0.0.1:${port}`, limits: LIMITS }),
    label: 'bench',
    roles: new Set(['data']),
    logger: SILENT,
    signal: controller.signal,
    clock: clockOf(() => now),
    fetch: globalThis.fetch,
    connect,
    signer: null,
    budget: boundless,
    emit,
  }
  const venue = new HyperliquidVenue(context)
  await venue.start(controller.signal)
  venue.marketData.want(plan.coins.map((coin) => ({ instrument: instrumentId(coin), feed: 'trading' })))
  await ready.promise
  return {
    done: end.promise,
    result: () => `${trades} trades, ${bars} bars`,
    [Symbol.asyncDispose]: () => venue[Symbol.asyncDispose](),
  }
}

const TICK_MS = 1000
const LIMITS = { subscriptions: 2000, subscriptionsPerConnection: 2000, messagesPerMinute: 10_000 }
const SILENT: Logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

/** Venue time; timers are those of the machine, and none of them falls due within a run. */
function clockOf(now: () => number): Clock {
  const timer = (set: (ms: number, run: () => void) => NodeJS.Timeout) => (ms: number, run: () => void) => {
    const handle = set(ms, run)
    return { [Symbol.dispose]: () => clearTimeout(handle) }
  }
  return {
    now,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    after: timer((ms, run) => setTimeout(run, ms)),
    every: timer((ms, run) => setInterval(run, ms)),
  }
}

function boundless(spec: RateBudgetSpec): RateBudget {
  return {
    spec,
    tryTake: () => true,
    take: () => Promise.resolve(),
    release: () => undefined,
    available: () => spec.capacity,
    pauseUntil: () => undefined,
  }
}
