import type { Bar, HistoryRequest, Instrument, InstrumentId, Subscription, TradeGate, Venue } from '@portolan/core'
import { SessionCalendar, VenueError } from '@portolan/core'

/** Closed bars of what was recorded, as {@link HistoryRequest} asks for them. */
export type PastHistory = (request: HistoryRequest) => Promise<readonly Bar[]>

/**
 * A venue of which only the past is known: it lets trade whenever its market was open. The bars or trades themselves are delivered by whoever plays the
 * recording; history is what the recording holds of the time before.
 */
export class HistoricalVenue implements Venue {
  readonly #instruments: readonly Instrument[]
  readonly #calendars: ReadonlyMap<InstrumentId, SessionCalendar | null>
  readonly marketData: {
    readonly want: (subscriptions: readonly Subscription[]) => void
    readonly history: PastHistory
  }

  /** @param history default: nothing is known from before. */
  constructor(instruments: readonly Instrument[], history: PastHistory = () => Promise.resolve([])) {
    this.#instruments = instruments
    this.#calendars = new Map(instruments.map((instrument) => [instrument.id, calendarOf(instrument)]))
    this.marketData = { want: () => undefined, history }
  }

  start(): Promise<void> {
    return Promise.resolve()
  }

  instruments(): Promise<readonly Instrument[]> {
    return Promise.resolve(this.#instruments)
  }

  canTradeNow(id: InstrumentId, at: number): TradeGate {
    const calendar = this.#calendars.get(id)
    if (calendar === undefined) throw new VenueError('unknown-instrument', `${id} is not part of this recording`)
    if (calendar === null || calendar.isOpenWithin(at, at + 1)) return { state: 'open' }
    const message = `the market of ${id} is closed`
    return { state: 'closed', reason: 'market-closed', message, changesAt: calendar.nextOpen(at) }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve()
  }
}

/** The market hours of an instrument; `null` for 24/7. */
export function calendarOf({ sessions }: Pick<Instrument, 'sessions'>): SessionCalendar | null {
  return sessions === undefined
    ? null
    : new SessionCalendar(sessions.map(({ open, close }) => ({ from: open, to: close })))
}
