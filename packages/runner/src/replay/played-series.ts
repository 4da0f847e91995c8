import type { Feed, InstrumentId, SessionCalendar, Timeframe } from '@portolan/core'
import { calendarOf } from '../history/historical-venue.ts'
import type { SeriesRef } from '../store/store.ts'
import type { ReplayVenue } from './replay-request.ts'

/** One instrument of one feed as it is played. */
export interface PlayedSeries {
  readonly ref: SeriesRef
  /** Finest timeframe of the feed: of the bars that trades make, or that the venue delivered. */
  readonly base: Timeframe
  /** Where the base was not recorded, bars of this timeframe are played: the finest that anybody wants. At least as long as the base. */
  readonly unit: Timeframe
  /** Whether trades were recorded. */
  readonly trades: boolean
  /** Market hours; `null` for 24/7. */
  readonly calendar: SessionCalendar | null
}

/** The finest timeframe that an entry delivers. */
export function finestOf({ capabilities }: ReplayVenue): Timeframe {
  return capabilities.trades ? '1m' : (capabilities.bars[0] ?? '1m')
}

export function playedSeries(
  { key: venue, source, instruments }: ReplayVenue,
  feed: Feed,
  instrument: InstrumentId,
  how: Pick<PlayedSeries, 'base' | 'unit' | 'trades'>,
): PlayedSeries {
  const known = instruments.find(({ id }) => id === instrument)
  return { ref: { venue, source, feed, instrument }, calendar: known === undefined ? null : calendarOf(known), ...how }
}
