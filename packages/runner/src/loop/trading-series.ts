import type { Bar, ClosedBar, Timeframe } from '@portolan/core'
import { decimalFromNumber, TIMEFRAME_MS } from '@portolan/core'
import type { Store } from '../store/store.ts'
import type { FollowedPosition } from './engine.ts'
import type { PositionActor } from './position-actor.ts'
import type { SeriesFeed } from './series-feed.ts'
import type { VenueRuntime } from './venue-runtime.ts'

/** Positions that are made of the bars of one series. */
export interface TradingSeries {
  readonly data: VenueRuntime
  readonly actors: readonly PositionActor[]
}

export function tradingSeries(positions: readonly FollowedPosition[]): readonly TradingSeries[] {
  const groups = new Map<string, { readonly data: VenueRuntime; readonly actors: PositionActor[] }>()
  for (const { actor, data } of positions) {
    if (actor === null || data === null) continue
    const key = `${data.venue.key} ${data.venue.label} ${actor.row.instrument}`
    const group = groups.get(key) ?? { data, actors: [] }
    group.actors.push(actor)
    groups.set(key, group)
  }
  return [...groups.values()]
}

/** Subscribes to a series, on all timeframes of its positions; `null` without any. */
export function followTrading({ data, actors }: TradingSeries): SeriesFeed | null {
  const [first] = actors
  if (first === undefined) return null
  return data.follow('trading', first.row.instrument, [...new Set(actors.map(({ row }) => row.timeframe))])
}

/** Reads the history of a series and steps its positions through what they have not seen; `null` without any. Rejects when it cannot be read. */
export async function seedTrading(
  of: TradingSeries,
  deps: {
    readonly store: Store
    readonly now: () => number
    readonly historyBars: number
    readonly onHistory: (series: SeriesFeed, bars: readonly ClosedBar[]) => void
  },
): Promise<SeriesFeed | null> {
  const { store, now, historyBars, onHistory } = deps
  const { data, actors } = of
  const series = followTrading(of)
  if (series === null) return null
  const { instrument } = series.ref
  const since = new Map<Timeframe, number>()
  const before = new Map<Timeframe, Bar>()
  for (const { row } of actors) {
    const { lastBarTs, timeframe } = row
    const length = TIMEFRAME_MS[timeframe]
    const from = lastBarTs === null ? now() - historyBars * length : lastBarTs + length
    since.set(timeframe, Math.min(from, since.get(timeframe) ?? from))
    if (lastBarTs === null) continue
    const [last] = await store.bars({ ...series.ref, timeframe, from: lastBarTs, to: lastBarTs + 1 })
    if (last !== undefined) before.set(timeframe, last)
  }
  const known = await series.seed(since, before)
  onHistory(series, known)
  const last = known.at(-1)
  if (last !== undefined && data.price(instrument) === null)
    data.setPrice(instrument, decimalFromNumber(last.bar.close))
  for (const actor of actors) {
    const { timeframe } = actor.row
    void actor.onBars(known.filter((closed) => closed.timeframe === timeframe).map(({ bar }) => bar))
  }
  return series
}
