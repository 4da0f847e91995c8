import type { Bar, InstrumentId, SessionCalendar, Timeframe } from '@portolan/core'
import { BarBuilder, TIMEFRAME_MS, TIMEFRAMES } from '@portolan/core'
import type { PastHistory } from '../history/historical-venue.ts'
import type { Outage } from './outage.ts'
import type { PlayedSeries } from './played-series.ts'
import { isQuiet } from './recorded-spans.ts'
import type { Recording } from './recording.ts'

/** A series whose history is asked for. */
export interface HistorySeries {
  readonly played: PlayedSeries
  readonly outage: Outage
}

/**
 * History as a venue gives it, out of a recording: bars that have ended by `now`. While a series is not being recorded it does not answer, as an exchange
 * that cannot be reached.
 * @param ready resolves when histories may be read.
 */
export function recordedHistory(
  recording: Recording,
  series: ReadonlyMap<InstrumentId, HistorySeries>,
  options: { readonly now: () => number; readonly ready: Promise<void> },
): PastHistory {
  return async ({ instrument, timeframe, from, to, signal }) => {
    const found = series.get(instrument)
    if (found === undefined) return []
    const { ref, calendar } = found.played
    await options.ready
    await found.outage.over(signal)
    const until = Math.min(to, options.now())
    const read = async (of: Timeframe): Promise<readonly Bar[]> => {
      const bars = await recording.bars({ ...ref, timeframe: of, from: Math.max(0, from), to: until })
      return bars.filter(({ ts }) => ts + TIMEFRAME_MS[of] <= until)
    }
    const bars = await read(timeframe)
    // Whoever asks for all that there is warms up.
    return from > 0 ? bars : warmUp(bars, { timeframe, until, calendar }, read)
  }
}

interface WarmUp {
  readonly timeframe: Timeframe
  /** ms. */
  readonly until: number
  readonly calendar: SessionCalendar | null
}

async function warmUp(
  bars: readonly Bar[],
  wanted: WarmUp,
  read: (timeframe: Timeframe) => Promise<readonly Bar[]>,
): Promise<readonly Bar[]> {
  const { timeframe } = wanted
  const whole = sinceLastHole(bars, wanted)
  if (whole.length > 0) return whole
  // A timeframe that nobody followed then is made of a finer one.
  const finer = TIMEFRAMES.filter((of) => TIMEFRAME_MS[of] < TIMEFRAME_MS[timeframe]).toReversed()
  for (const base of finer) {
    const known = sinceLastHole(await read(base), { ...wanted, timeframe: base })
    if (known.length === 0) continue
    const built = new BarBuilder({ base, timeframes: [timeframe], graceMs: 0 }).seed({ [base]: known })
    return built.filter((closed) => closed.timeframe === timeframe).map(({ bar }) => bar)
  }
  return []
}

/** The bars after the last long hole: a runner that was away so long went on from what the venue remembered, and not from bars that nobody saw. */
function sinceLastHole(bars: readonly Bar[], { timeframe, until, calendar }: WarmUp): readonly Bar[] {
  const length = TIMEFRAME_MS[timeframe]
  let next = until
  for (let index = bars.length - 1; index >= 0; index -= 1) {
    const bar = bars[index]
    if (bar === undefined) continue
    const end = bar.ts + length
    if (end < next && !isQuiet({ from: end, to: next }, timeframe, calendar)) return bars.slice(index + 1)
    next = bar.ts
  }
  return bars
}
