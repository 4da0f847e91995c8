import type {
  Account,
  DecimalString,
  Execution,
  InstrumentId,
  Network,
  ResolvedCapabilities,
  Venue,
  VenueKey,
} from '@portolan/core'
import type { Source } from '../store/store.ts'

/** Something that must see every price, e.g. a simulated exchange that fills at the next one. */
export interface PriceListener {
  onPrice(instrument: InstrumentId, price: DecimalString, at: number): void
}

/**
 * One config entry as the loop sees it. What differs between the run modes is decided here and nowhere else: who executes
 * (the venue, or a simulated exchange over the venue's prices) and whether a sealed order is sent.
 */
export interface TradingVenue {
  readonly key: VenueKey
  readonly label: string
  /** Short name, for people. */
  readonly name: string
  readonly network: Network
  readonly source: Source
  readonly capabilities: ResolvedCapabilities
  /** Gate, instruments and market data: the venue's own in every mode. */
  readonly venue: Venue
  /** `null` for a data-only entry. */
  readonly execution: Execution | null
  readonly account: Account | null
  /** Orders are prepared and signed, and not sent. */
  readonly dryRun: boolean
  readonly prices: PriceListener | null
}
