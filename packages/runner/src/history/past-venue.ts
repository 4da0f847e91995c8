import type { Capabilities, Clock, DecimalString, Instrument, Network, VenueEvent, VenueKey } from '@portolan/core'
import { resolveCapabilities } from '@portolan/core'
import { createSimulatedExchange } from '../execution/simulated/index.ts'
import type { TradingVenue } from '../loop/trading-venue.ts'
import type { Source } from '../store/store.ts'
import type { PastHistory } from './historical-venue.ts'
import { HistoricalVenue } from './historical-venue.ts'

/** A config entry in recorded time. */
export interface PastVenueSpec {
  readonly key: VenueKey
  readonly label: string
  /** For people. */
  readonly name: string
  readonly network: Network
  readonly source: Source
  /** What it delivers while it is played, and of which timeframes there is history. */
  readonly delivers: Pick<Capabilities, 'trades' | 'bars' | 'history'>
  readonly instruments: readonly Instrument[]
  readonly history?: PastHistory
  /** The account that is simulated over its prices; `null` for a source of data alone. */
  readonly account: {
    /** Quote units. */
    readonly startingCash: DecimalString
    /** By which a fill is worse than the price, bps. */
    readonly slippageBps: number
    readonly frictionless: boolean
  } | null
}

/** Makes the entry as the loop sees it: the past stands for the venue, and a simulated exchange executes at the next price. */
export function pastVenue(spec: PastVenueSpec, clock: Clock, emit: (event: VenueEvent) => void): TradingVenue {
  const { key, label, name, network, source, instruments, account } = spec
  const byId = new Map(instruments.map((instrument) => [instrument.id, instrument]))
  const exchange =
    account &&
    createSimulatedExchange({
      ...account,
      quote: instruments[0]?.quote ?? 'USD',
      instrument: (id) => byId.get(id) ?? null,
      clock,
      emit,
    })
  return {
    key,
    label,
    name,
    network,
    source,
    capabilities: resolveCapabilities({ ...spec.delivers, cancel: true, reduceOnly: true }),
    venue: new HistoricalVenue(instruments, spec.history),
    execution: exchange,
    account: exchange,
    dryRun: false,
    prices: exchange,
  }
}
