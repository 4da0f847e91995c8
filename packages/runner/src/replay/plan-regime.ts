import type { InstrumentId, Interval, Timeframe } from '@portolan/core'
import { REGIME_TIMEFRAMES, TIMEFRAME_MS, TIMEFRAMES } from '@portolan/core'
import { regimeSeries } from '../loop/regime-sources.ts'
import { formatMoment } from '../view/format/time.ts'
import { finestOf, playedSeries } from './played-series.ts'
import { recordedSpans } from './recorded-spans.ts'
import type { PlannedRegime } from './replay-plan.ts'
import type { ReplayRequest, ReplayVenue } from './replay-request.ts'

/** Of what the best timeframe covers, the share that a finer one must cover to be the one that is played. */
const ENOUGH = 0.5

/** Finds out from which recorded series the regime can be read. */
export async function planRegime(
  request: ReplayRequest,
  range: Interval,
): Promise<{ readonly entries: readonly PlannedRegime[]; readonly notices: readonly string[] }> {
  const { wanted, notices } = sources(request)
  const entries: PlannedRegime[] = []
  for (const [data, tokens] of wanted) {
    const entry = await planEntry(request, range, data, [...tokens])
    entries.push(entry)
    notices.push(...noticesOf(entry, range))
  }
  return { entries, notices }
}

/** Every series that any driver is read from, once. */
function sources({ majors, regime, dataOf }: ReplayRequest) {
  const wanted = new Map<ReplayVenue, Set<InstrumentId>>()
  const notices: string[] = []
  for (const { series, sources: of } of regimeSeries(majors, regime)) {
    for (const source of of) {
      if (source.kind === 'recorded') continue
      const data = dataOf(source.key, source.label)
      if ('problem' in data) {
        notices.push(`${series} of the regime is without ${source.token}: ${data.problem}`)
        continue
      }
      wanted.set(data, (wanted.get(data) ?? new Set<InstrumentId>()).add(source.token))
    }
  }
  return { wanted, notices }
}

/**
 * Chooses the bars of which an entry is told: those of which the whole time was recorded, the finest there are. A back-filled history reaches less far back
 * on finer timeframes; what would be finer than the bars that are played is missing to the regime, and it says so.
 */
async function planEntry(
  { recording, pm }: ReplayRequest,
  range: Interval,
  data: ReplayVenue,
  tokens: readonly InstrumentId[],
): Promise<PlannedRegime> {
  const finest = finestOf(data)
  const read: readonly Timeframe[] = REGIME_TIMEFRAMES.map((timeframe) => pm.config.regime.timeframe[timeframe])
  const bases = TIMEFRAMES.filter(
    (base) => base === finest || (read.includes(base) && TIMEFRAME_MS[base] > TIMEFRAME_MS[finest]),
  )
  const candidates = []
  for (const base of bases) {
    const series = []
    for (const token of tokens) {
      const trades = data.capabilities.trades && base === finest
      const played = playedSeries(data, 'majors', token, { base, unit: base, trades })
      series.push({ data, series: played, spans: await recordedSpans(recording, played, range.from, range.to) })
    }
    const spans = series.flatMap((one) => one.spans)
    candidates.push({ entry: { data, base, series }, covered: spans.reduce((sum, { from, to }) => sum + to - from, 0) })
  }
  const most = Math.max(...candidates.map(({ covered }) => covered))
  const chosen = candidates.find(({ covered }) => covered >= most * ENOUGH)
  return chosen?.entry ?? { data, base: finest, series: [] }
}

function noticesOf({ data, base, series }: PlannedRegime, range: Interval): string[] {
  const found: string[] = []
  const missing = series.filter(({ spans }) => spans.length === 0).map((one) => one.series.ref.instrument)
  const some = missing.length < series.length
  if (missing.length > 0)
    found.push(`The regime hears nothing new of ${missing.join(', ')}: it was not recorded in that time`)
  if (some && base !== finestOf(data)) {
    found.push(`The regime is read from ${base} bars on: finer ones of the majors were not recorded in all that time`)
  }
  const first = Math.min(...series.flatMap(({ spans }) => spans[0]?.from ?? []))
  if (some && first > range.from) {
    found.push(`The regime begins to move at ${formatMoment(first)} UTC: its ${base} bars were not recorded before`)
  }
  return found
}
