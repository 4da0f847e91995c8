import { join } from 'node:path'
import type { Bar } from '@portolan/core'
import type { Simulator } from '@portolan/venue-hyperliquid/simulator'
import { startSimulator } from '@portolan/venue-hyperliquid/simulator'
import type { ConfigInput } from '../../../src/config/index.ts'
import { openStore } from '../../../src/store/open-store.ts'
import type { Store } from '../../../src/store/store.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'
import { BUSY_PM, HYPERLIQUID, minutePositions, TOKENS, writeConfig } from './busy-config.ts'
import { ExchangeProxy } from './exchange-proxy.ts'
import type { VenueSide } from './ledger-check.ts'
import { RunnerProcess } from './runner-process.ts'
import type { FaultSwitch, Voyage } from './voyage.ts'

type Candle = { readonly t: number } & Readonly<Record<'o' | 'h' | 'l' | 'c' | 'v', string>>

/** A throwaway key: there is no money behind it anywhere. */
const KEY = '5f'.repeat(32)

export interface VoyageOptions {
  readonly seed: number
  /** Simulated ms in one of the wall clock. */
  readonly speed: number
  /** Default `live`. */
  readonly mode?: 'live' | 'dry-run' | 'paper'
  /** How long an order may be accepted, wall ms. Default 5000: longer than a restart takes, so that only the runner keeps it from being sent again. */
  readonly orderTtlMs?: number
  /** Address of an empty PostgreSQL database. Default: a folder. */
  readonly storeUrl?: string
}

/** A simulator that outlives the runners against it, with a proxy before it. */
export class SimulatedVoyage implements Voyage {
  readonly simulator: Simulator
  readonly proxy: ExchangeProxy
  readonly #folder = temporaryFolder()
  readonly #storeUrl: string | null

  private constructor(simulator: Simulator, proxy: ExchangeProxy, options: VoyageOptions) {
    const { speed, mode = 'live', orderTtlMs = 5_000, storeUrl = null } = options
    this.#storeUrl = storeUrl
    this.simulator = simulator
    this.proxy = proxy
    const config: ConfigInput = {
      mode,
      store: storeUrl === null ? { directory: 'db' } : { url: storeUrl },
      clock: simulator.clock.time,
      venues: [
        {
          use: HYPERLIQUID,
          key: { env: 'VOYAGE_KEY' },
          options: {
            network: 'simulator',
            url: proxy.url,
            wsUrl: simulator.wsUrl,
            timeScale: speed,
            timing: { orderTtlMs, expiryMarginMs: 300, requestMs: 2_000, reconnectMinMs: 100 },
          },
        },
      ],
      positions: minutePositions(TOKENS),
      majors: { venue: 'hyperliquid/perps', symbols: ['BTC', 'ETH'] },
      pm: BUSY_PM,
      bars: { graceMs: 400 * speed, historyBars: 60 },
      log: { level: 'info', pretty: false },
    }
    writeConfig(this.#folder.path, config)
  }

  static async start(options: VoyageOptions): Promise<SimulatedVoyage> {
    const { seed, speed } = options
    const simulator = await startSimulator({ seed, clock: { speed } })
    return new SimulatedVoyage(simulator, await ExchangeProxy.start(simulator.url), options)
  }

  run(...args: readonly string[]): RunnerProcess {
    return new RunnerProcess(['run', '--plain', ...args], { folder: this.#folder.path, env: { VOYAGE_KEY: KEY } })
  }

  faults(): FaultSwitch {
    return this.simulator.faults
  }

  openStore(): Promise<Store> {
    const url = this.#storeUrl
    const location =
      url === null
        ? ({ kind: 'pglite', directory: join(this.#folder.path, 'db') } as const)
        : ({ kind: 'postgres', url } as const)
    return openStore(location, { now: () => this.simulator.clock.now() })
  }

  async venueSide(): Promise<VenueSide> {
    return { posted: this.proxy.posted, executions: this.simulator.executions() }
  }

  /** The venue's own 1m bars up to a time, oldest first. */
  async candles(coin: string, until: number): Promise<readonly Bar[]> {
    const request = { type: 'candleSnapshot', req: { coin, interval: '1m', startTime: 0, endTime: until } }
    const candles = (await this.post('/info', JSON.stringify(request))) as readonly Candle[]
    return candles.map(({ t, o, h, l, c, v }) => ({
      ts: t,
      open: Number(o),
      high: Number(h),
      low: Number(l),
      close: Number(c),
      volume: Number(v),
    }))
  }

  /** Asks the simulator itself, past the proxy. */
  async post(path: string, body: string): Promise<unknown> {
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(`${this.simulator.url}${path}`, { method: 'POST', headers, body })
    return await response.json()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.proxy[Symbol.asyncDispose]()
    await this.simulator.close()
    this.#folder.remove()
  }
}
