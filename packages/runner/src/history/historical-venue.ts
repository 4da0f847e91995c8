import type { HistoryRequest, Instrument, InstrumentId, Subscription, TradeGate, Venue } from '@portolan/core'
import { VenueError } from '@portolan/core'

/**
 * A venue of which only the past is known: it always lets trade, and has no history beyond the recording that is played. The bars or trades
 * themselves are delivered by whoever plays the recording.
 */
export class HistoricalVenue implements Venue {
  readonly #instruments: readonly Instrument[]
  readonly marketData = {
    want: (_subscriptions: readonly Subscription[]): void => undefined,
    history: (_request: HistoryRequest) => Promise.resolve([]),
  }

  constructor(instruments: readonly Instrument[]) {
    this.#instruments = instruments
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
