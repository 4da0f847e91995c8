import { tmpdir } from 'node:os'
import type { Clock } from '@portolan/core'
import { universalModels } from '@portolan/core'
import hyperliquid from '@portolan/venue-hyperliquid'
import { composeRunner } from '../../src/composition/create-runner.ts'
import { SYSTEM } from '../../src/composition/environment.ts'
import type { ConfigInput } from '../../src/config/index.ts'
import { ConfigError, parseConfig } from '../../src/config/index.ts'
import { discoverVenues } from '../../src/discovery/index.ts'
import type { Setup } from '../../src/registry/index.ts'
import { planVenues } from '../../src/registry/index.ts'
import type { Runner } from '../../src/runner.ts'
import { createLogger, SystemClock } from '../../src/services/index.ts'
import { createMemoryStore } from '../../src/store/memory/memory-store.ts'
import { benchPlanner } from './bench-planner.ts'
import { COINS, START } from './venue-plan.ts'

const KEY = 'PORTOLAN_BENCH_KEY'

/** The production runner before the venue of the bench. */
export class TradingProcess implements AsyncDisposable {
  readonly #runner: Runner
  readonly #frames = new Map<string, (arrivedAt: number) => void>()
  readonly #ends = new Map<string, (end: string) => void>()

  private constructor(setup: Setup) {
    const time = { now: START }
    const clock = clockOf(() => time.now)
    this.#runner = composeRunner(
      { setup, logger: createLogger({ level: 'warn', pretty: false }) },
      {
        ...SYSTEM,
        clock: () => clock,
        openStore: async () => createMemoryStore({ now: () => time.now, keepSteps: true }),
        serveStore: () => null,
        openTransport: (options) => {
          const transport = SYSTEM.openTransport(options)
          return {
            connect: (url, handlers) =>
              transport.connect(url, {
                ...handlers,
                onMessage: (text) => {
                  const arrivedAt = performance.now()
                  const trade = /"channel":"trades".*"coin":"([^"]+)".*"time":(\d+)/.exec(text)
                  if (trade !== null) time.now = Math.max(time.now, Number(trade[2]))
                  handlers.onMessage(text)
                  if (trade !== null) this.#frames.get(trade[1] ?? '')?.(arrivedAt)
                },
              }),
            [Symbol.dispose]: () => transport[Symbol.dispose](),
          }
        },
      },
    )
    this.#runner.onEvent((event) => {
      if (event.type === 'intent' && event.state !== 'planned')
        this.#ends.get(event.position.instrument)?.(`${event.state}: ${event.reason}`)
    })
  }

  static async start(port: number): Promise<TradingProcess> {
    process.env[KEY] = '17'.repeat(32)
    const process_ = new TradingProcess(await setupFor(port))
    await process_.#runner.start()
    await process_.#ready()
    return process_
  }

  /** Resolves when positions are warm and may trade. */
  async #ready(): Promise<void> {
    for (;;) {
      const { positions } = this.#runner.snapshot()
      if (
        positions.every(({ gate, warmingUp, data }) => gate.state === 'open' && !warmingUp && data?.status === 'live')
      )
        return
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  /** When the next frame of trades of a coin came out of the socket, by `performance.now`. */
  nextFrame(coin: string): Promise<number> {
    return new Promise((resolve) => this.#frames.set(coin, resolve))
  }

  /** Resolves to what became of the next order of this coin, when it is at its end. */
  nextOrder(coin: string): Promise<string> {
    return new Promise((resolve) => this.#ends.set(coin, resolve))
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#runner.stop()
  }
}

async function setupFor(port: number): Promise<Setup> {
  const directory = tmpdir()
  // The clock leaps a minute a bar: what is judged by time would take the venue for silent.
  const timing = { staleMs: DAYS, silenceMinMs: DAYS, silenceMaxMs: DAYS, pingMs: DAYS, instrumentsMs: DAYS }
  const input: ConfigInput = {
    mode: 'live',
    store: { directory: 'never-opened' },
    venues: [
      {
        use: hyperliquid,
        key: { env: KEY },
        options: { network: 'simulator', url: `http://127.0.0.1:${port}`, timing },
      },
    ],
    positions: COINS.map((token) => ({
      venue: 'hyperliquid/perps' as const,
      token,
      timeframe: '1m' as const,
      allocationUsd: 100_000,
    })),
    bars: { graceMs: 0, historyBars: 400 },
  }
  const parsed = parseConfig(input, directory)
  const discovery = await discoverVenues(parsed.entries, directory)
  if (parsed.config === null) throw new ConfigError('bench', [...parsed.issues, ...discovery.issues])
  const { plan, issues } = planVenues(discovery.venues, parsed.config, 'live')
  if (issues.length > 0) throw new ConfigError('bench', issues)
  const models = { ...universalModels, planner: benchPlanner }
  const { config } = parsed
  return { path: 'bench', directory, config, models, mode: 'live', venues: discovery.venues, plan, warnings: [] }
}

/** Longer than the bench takes in its own time, ms. */
const DAYS = 30 * 86_400_000

/** Time as the frames tell it; timers are those of the machine. */
function clockOf(now: () => number): Clock {
  const machine = new SystemClock()
  return {
    now,
    sleep: (ms, signal) => machine.sleep(ms, signal),
    after: (ms, run) => machine.after(ms, run),
    every: (ms, run) => machine.every(ms, run),
  }
}
