import type { Feed, Subscription } from '../contract/venue.ts'
import type { InstrumentId } from '../contract/venue-key.ts'

/** The feeds that want each instrument; instruments of positions come first, should there be more than a venue can stream. */
export function feedsByInstrument(subscriptions: readonly Subscription[]): ReadonlyMap<InstrumentId, readonly Feed[]> {
  const feeds = new Map<InstrumentId, Feed[]>()
  for (const first of ['trading', 'majors'] as const) {
    for (const { instrument, feed } of subscriptions) {
      if (feed !== first) continue
      const wanted = feeds.get(instrument) ?? []
      if (!wanted.includes(feed)) wanted.push(feed)
      feeds.set(instrument, wanted)
    }
  }
  return feeds
}
