import type { DecimalString } from '../amounts/decimal-string.ts'
import type { InstrumentId } from './venue-key.ts'

/** What holding a position cost or earned over a funding interval: a fact. */
export interface FundingPayment {
  /** Unique within the venue key and account. It is booked once. */
  readonly id: string
  readonly instrument: InstrumentId
  /** In the instrument's quote asset: positive when received, negative when paid. */
  readonly amount: DecimalString
  /** Venue time, ms. */
  readonly at: number
}
