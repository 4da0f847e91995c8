import type { Clock, Instrument, InstrumentId, JsonValue, VenueEvent } from '@portolan/core'
import type { RunnerConfig } from '../config/index.ts'
import type { SimulatedExchange } from '../execution/simulated/index.ts'
import { createSimulatedExchange, DryRunExecution, readSimulatedExchangeState } from '../execution/simulated/index.ts'
import type { RunMode } from '../loop/run-mode.ts'
import { simulatesFills } from '../loop/run-mode.ts'
import type { TradingVenue } from '../loop/trading-venue.ts'
import type { VenueHandle } from '../registry/index.ts'
import type { RunnerLogger } from '../services/index.ts'
import type { Scope, Source, Store } from '../store/store.ts'

/** Keeps the books of different modes and networks apart. */
export function scopeOf(mode: RunMode, network: string): Scope {
  return `${mode}@${network}`
}

/** Where data of an entry come from. */
export function sourceOf(handle: Pick<VenueHandle, 'network' | 'label'>): Source {
  return `${handle.network.name}:${handle.label}`
}

export interface TradingVenueParts {
  readonly handle: VenueHandle
  readonly mode: RunMode
  readonly config: RunnerConfig
  readonly store: Store
  readonly clock: Clock
  readonly logger: RunnerLogger
  readonly signal: AbortSignal
  readonly emit: (event: VenueEvent) => void
  readonly instrument: (id: InstrumentId) => Instrument | null
}

/** Under this name the simulated exchange of an entry is kept in the store. */
const EXCHANGE = 'simulated-exchange'

/** The one place where the modes part: who executes, and whether a sealed order is sent. */
export async function tradingVenue(parts: TradingVenueParts): Promise<TradingVenue> {
  const { handle, mode } = parts
  const { key, label, definition, network, capabilities, venue, roles } = handle
  const common = { key, label, name: definition.name, network, source: sourceOf(handle), capabilities, venue }
  if (simulatesFills(mode)) {
    const exchange = await simulatedExchange(parts)
    return { ...common, execution: exchange, account: exchange, dryRun: false, prices: exchange }
  }
  const execution = roles.has('execution') ? (venue.execution ?? null) : null
  const account = roles.has('execution') ? (venue.account ?? null) : null
  if (mode === 'dry-run') {
    // Nothing of ours reaches the venue, so there is nothing on its account to agree with.
    return {
      ...common,
      execution: execution && new DryRunExecution(execution),
      account: null,
      dryRun: true,
      prices: null,
    }
  }
  return { ...common, execution, account, dryRun: false, prices: null }
}

async function simulatedExchange(parts: TradingVenueParts): Promise<SimulatedExchange> {
  const { handle, mode, config, store, clock, logger, signal, emit, instrument } = parts
  const scope = scopeOf(mode, handle.network.name)
  const saved = await store.cursor(scope, handle.key, handle.label, EXCHANGE)
  const [first] = await handle.venue.instruments(signal)
  return createSimulatedExchange({
    quote: first?.quote ?? 'USD',
    startingCash: config.simulation.startingCash,
    slippageBps: handle.entry.slippageBps ?? config.simulation.slippageBps,
    frictionless: false,
    clock,
    instrument,
    emit,
    state: saved === null ? null : readSimulatedExchangeState(JSON.parse(saved) as JsonValue),
    persistence: {
      logger,
      save: (state) => store.saveCursor(scope, handle.key, handle.label, EXCHANGE, JSON.stringify(state)),
    },
  })
}
