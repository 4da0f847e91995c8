import type { Bar, HistoryRequest, Instrument, InstrumentId, Subscription, TradeGate, Venue } from '@portolan/core'
import { VenueError } from '@portolan/core'

/** Closed bars of what was recorded, as {@link HistoryRequest} asks for them. */
export type PastHistory = (request: HistoryRequest) => Promise<readonly Bar[]>

/**
 * A venue of which only the past is known: it always lets trade. The bars or trades themselves are delivered by whoever plays the recording; history is
 * what the recording holds of the time before.
 */
export class HistoricalVenue implements Venue {
  readonly #instruments: readonly Instrument[]
  readonly marketData: {
    readonly want: (subscriptions: readonly Subscription[]) => void
    readonly history: PastHistory
  }

  /** @param history default: nothing is known from before. */
  constructor(instruments: readonly Instrument[], history: PastHistory = () => Promise.resolve([])) {
    this.#instruments = instruments
    this.marketData = { want: () => undefined, history }
  }

  start(): Promise<void> {
    return Promise.resolve()
  }

  instruments(): Promise<readonly Instrument[]> {
    return Promise.resolve(this.#instruments)
  }

  canTradeNow(instrument: InstrumentId): TradeGate {
    if (this.#instruments.some((candidate) => candidate.id === instrument)) return { state: 'open' }
    throw new VenueError('unknown-instrument', `${instrument} is not part of this recording`)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve()
  }
}
