import type { DecimalString, InstrumentId, SizingConstraints } from '@portolan/core'
import type { OrderState } from '../store/store.ts'

/** A position of the ledger. */
export interface BelievedPosition {
  readonly id: string
  readonly instrument: InstrumentId
  /** Base units. */
  readonly quantity: DecimalString
}

/** An order that may have reached the venue and is not at its end. */
export interface InFlightOrder {
  readonly sealedId: string
  readonly instrument: InstrumentId
  readonly state: Extract<OrderState, 'submitting' | 'resting' | 'unknown'>
  /** When it was sent, or the venue last told of it, ms by the runner's clock. */
  readonly lastHeardAt: number
  /** How often it was asked about since. */
  readonly looks: number
}

/** An order of the ledger that is at its end. */
export interface EndedOrder {
  readonly sealedId: string
  readonly instrument: InstrumentId
  readonly state: OrderState
  /** ms by the runner's clock. */
  readonly endedAt: number
}

/** What differs between ledger and venue. */
export interface Difference {
  readonly instrument: InstrumentId
  /** Base units, by the ledger and by the venue. */
  readonly believed: DecimalString
  readonly actual: DecimalString
  /** One sentence for a person. */
  readonly message: string
}

/** What is needed to tell dust from a difference. */
export interface MarketFacts {
  readonly price: DecimalString
  readonly sizing: SizingConstraints
}

/** All that the runner believes of one account. */
export interface Believed {
  readonly positions: readonly BelievedPosition[]
  readonly inFlight: readonly InFlightOrder[]
  /** Those of the orders that the venue lists which the ledger knows to be at their end. */
  readonly ended: readonly EndedOrder[]
  /** Instruments of which the books were changing while the venue was asked: nothing is concluded of them. */
  readonly changing: ReadonlySet<InstrumentId>
  readonly markets: ReadonlyMap<InstrumentId, MarketFacts>
  /** What the last comparison found. */
  readonly differences: readonly Difference[]
  /** Something may have been missed since the venue was last asked. */
  readonly reconnected: boolean
}
