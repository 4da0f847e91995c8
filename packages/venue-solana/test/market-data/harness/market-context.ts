import type { Clock, RateBudget, RateBudgetSpec, VenueContext, VenueEvent } from '@portolan/core'
import type { z } from 'zod'
import { HttpClient } from '../../../src/http/http-client.ts'
import { InstrumentBook } from '../../../src/instruments/instrument-book.ts'
import { InstrumentReader } from '../../../src/instruments/instrument-reader.ts'
import { jupiterReader } from '../../../src/market-data/api/service-readers.ts'
import { SolanaMarketData } from '../../../src/market-data/solana-market-data.ts'
import type { SolanaOptions } from '../../../src/options.ts'
import { solanaOptions } from '../../../src/options.ts'
import { RpcEndpoint } from '../../../src/rpc/rpc-endpoint.ts'
import { RpcPool } from '../../../src/rpc/rpc-pool.ts'
import { SolanaRpc } from '../../../src/rpc/solana-rpc.ts'
import { ManualClock } from './manual-clock.ts'
import type { ScriptedServices } from './scripted-services.ts'
import { settle } from './until.ts'
import { wsConnect } from './ws-connect.ts'

interface LogLine {
  readonly level: string
  readonly message: string
  readonly fields: Readonly<Record<string, unknown>> | undefined
}

/** A budget without a window that counts what was taken and honours a pause. */
export class CountingBudget implements RateBudget {
  readonly spec: RateBudgetSpec
  readonly #clock: Clock
  taken = 0
  pausedUntil = 0

  constructor(spec: RateBudgetSpec, clock: Clock) {
    this.spec = spec
    this.#clock = clock
  }

  available(priority: 'exit' | 'normal'): number {
    if (this.#clock.now() < this.pausedUntil) return 0
    return Math.max(0, this.spec.capacity - this.taken - (priority === 'exit' ? 0 : this.spec.reserve))
  }

  tryTake(units: number): boolean {
    if (this.#clock.now() < this.pausedUntil) return false
    this.taken += units
    return true
  }

  async take(units: number, _priority: 'exit' | 'normal', signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    while (!this.tryTake(units)) await this.#clock.sleep(this.pausedUntil - this.#clock.now(), signal)
  }

  release(): void {}

  pauseUntil(at: number): void {
    this.pausedUntil = Math.max(this.pausedUntil, at)
  }
}

export interface MarketContext extends VenueContext<SolanaOptions> {
  readonly clock: ManualClock
  readonly events: VenueEvent[]
  readonly log: LogLine[]
  readonly budgets: Map<string, CountingBudget>
  /** Resolves when no request is on its way, and what came of the last one has been dealt with. */
  answered(): Promise<void>
}

/** Options that point everything at the scripted services. */
export function optionsAt(services: ScriptedServices, more: object = {}): z.input<typeof solanaOptions> {
  const { url } = services
  return { network: 'simulator', rpc: [{ url }], jupiter: { url }, gecko: { url }, ...more } as z.input<
    typeof solanaOptions
  >
}

export function marketContext(options: z.input<typeof solanaOptions>, clock = new ManualClock()): MarketContext {
  const events: VenueEvent[] = []
  const log: LogLine[] = []
  const budgets = new Map<string, CountingBudget>()
  let inFlight = 0
  const at = (level: string) => (message: string, fields?: Readonly<Record<string, unknown>>) =>
    void log.push({ level, message, fields })
  return {
    options: solanaOptions.parse(options),
    label: 'test',
    roles: new Set(['data']),
    logger: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') },
    signal: new AbortController().signal,
    clock,
    // An answer counts as there when its body is.
    fetch: async (input, init) => {
      inFlight += 1
      try {
        const response = await globalThis.fetch(input, init)
        const body = await response.arrayBuffer()
        return new Response(body, { status: response.status, headers: response.headers })
      } finally {
        inFlight -= 1
      }
    },
    answered: async () => {
      // What begins a request, and what follows from an answer, takes turns of its own.
      for (let quiet = 0; quiet < 3; quiet = inFlight === 0 ? quiet + 1 : 0) await settle(1)
    },
    connect: wsConnect,
    signer: null,
    budget: (spec) => {
      const known = budgets.get(spec.name) ?? new CountingBudget(spec, clock)
      budgets.set(spec.name, known)
      return known
    },
    emit: (event) => void events.push(event),
    events,
    log,
    budgets,
  }
}

/** Instruments and market data as the adapter puts them together. */
export function marketParts(context: MarketContext) {
  const { options, clock, logger, fetch } = context
  const http = new HttpClient(fetch, clock)
  const spec = { capacity: 30, windowMs: 60_000, reserve: 6 }
  const endpoints = options.rpc.map(
    (endpoint) =>
      new RpcEndpoint({
        options: endpoint,
        http,
        clock,
        logger,
        timeoutMs: options.timing.requestMs,
        budget: context.budget({ name: `rpc ${endpoint.url}`, ...spec }),
      }),
  )
  const accounts = new SolanaRpc(new RpcPool(endpoints, clock, logger))
  const jupiter = jupiterReader(context, http, context.budget({ name: 'jupiter', ...spec }))
  const book = new InstrumentBook()
  const emit = (event: VenueEvent) => context.emit(event)
  const reader = new InstrumentReader({ options, book, accounts, api: jupiter, clock, logger, emit })
  const random = () => 0
  const data = new SolanaMarketData({ context, http, accounts, jupiter, book, reader, random })
  return { http, accounts, jupiter, book, reader, data }
}
