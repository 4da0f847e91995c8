import type { InstrumentId, Interval, Timeframe } from '@portolan/core'
import { TIMEFRAME_MS, TIMEFRAMES } from '@portolan/core'
import { scopeOf } from '../composition/trading-venues.ts'
import type { PastIntentDelta } from '../store/store.ts'
import { formatMoment } from '../view/format/time.ts'
import { nothingRecorded } from './nothing-recorded.ts'
import { planRegime } from './plan-regime.ts'
import { finestOf, playedSeries } from './played-series.ts'
import { recordedSpans } from './recorded-spans.ts'
import type { PlannedSeries, ReplayPlan } from './replay-plan.ts'
import type { ReplayPosition, ReplayRequest, ReplayVenue } from './replay-request.ts'

const MINUTE_MS = TIMEFRAME_MS['1m']

/**
 * Finds out what was recorded of what is to be played.
 * @throws {RunnerError} `no-recording` when there is nothing of any position in that range.
 */
export async function planReplay(request: ReplayRequest): Promise<ReplayPlan> {
  const from = Math.floor(request.from / MINUTE_MS) * MINUTE_MS
  const planned: (PlannedSeries & { readonly positions: Group })[] = []
  const notices: string[] = []
  for (const positions of byInstrument(request.positions)) {
    const found = await recordedSeries(request, positions, from)
    if (found !== null) planned.push({ ...found, positions })
    else notices.push(`${titleOf(positions)} is left out: nothing of it was recorded in that time`)
  }
  if (planned.length === 0) throw await nothingRecorded(request)
  const starts = planned.map(({ spans }) => spans[0]?.from ?? request.to)
  const ends = planned.map(({ spans }) => spans.at(-1)?.to ?? from)
  const start = Math.max(from, Math.min(...starts))
  const range = { from: start, to: Math.floor(Math.max(...ends) / MINUTE_MS) * MINUTE_MS }
  if (range.to <= range.from) throw await nothingRecorded(request)
  for (const { positions, series, spans } of planned)
    notices.push(...interruptions(titleOf(positions), series.unit, spans, range))
  const regime = await planRegime(request, range)
  return {
    request,
    range,
    positions: planned.flatMap(({ positions }) => positions),
    trading: planned,
    regime: regime.entries,
    intentDeltas: await recordedDeltas(request, range),
    notices: [...notices, ...regime.notices],
  }
}

/** What was thought of the tokens while they were recorded, as the replay's own. */
async function recordedDeltas(
  { recording, recordedMode, positions }: ReplayRequest,
  { from, to }: Interval,
): Promise<readonly PastIntentDelta[]> {
  const networks = new Set(positions.map(({ execution }) => execution.network.name))
  const deltas = [...networks].map(async (network) => {
    const rows = await recording.pastIntentDeltas(scopeOf(recordedMode, network), from, to + 1)
    return rows.map((row) => ({ ...row, scope: scopeOf('replay', network) }))
  })
  return (await Promise.all(deltas)).flat()
}

type Group = readonly [ReplayPosition, ...ReplayPosition[]]

/** Positions whose bars are made of the same series. */
function byInstrument(positions: readonly ReplayPosition[]): readonly Group[] {
  const groups = new Map<ReplayVenue, Map<InstrumentId, [ReplayPosition, ...ReplayPosition[]]>>()
  for (const position of positions) {
    const { data, instrument } = position
    const ofVenue = groups.get(data) ?? new Map<InstrumentId, [ReplayPosition, ...ReplayPosition[]]>()
    groups.set(data, ofVenue)
    const group = ofVenue.get(instrument)
    if (group === undefined) ofVenue.set(instrument, [position])
    else group.push(position)
  }
  return [...groups.values()].flatMap((ofVenue) => [...ofVenue.values()])
}

/** The series of which these positions are played: by the bars of their finest timeframe, or finer ones when nobody recorded those. */
async function recordedSeries(
  { recording, to }: ReplayRequest,
  positions: Group,
  from: number,
): Promise<PlannedSeries | null> {
  const [{ data, instrument }] = positions
  const { trades } = data.capabilities
  const base = finestOf(data)
  const finest = Math.min(...positions.map(({ timeframe }) => TIMEFRAME_MS[timeframe]))
  const units = TIMEFRAMES.filter((unit) => TIMEFRAME_MS[unit] <= finest && TIMEFRAME_MS[unit] >= TIMEFRAME_MS[base])
  for (const unit of units.toReversed()) {
    const series = playedSeries(data, 'trading', instrument, { base, unit, trades })
    const spans = await recordedSpans(recording, series, from, to)
    if (spans.length > 0) return { data, series, spans }
  }
  return null
}

function titleOf(positions: Group): string {
  const [{ data, instrument }] = positions
  return `${data.key} ${instrument} ${positions.map(({ timeframe }) => timeframe).join(', ')}`
}

function interruptions(title: string, unit: Timeframe, spans: readonly Interval[], range: Interval): string[] {
  const notices: string[] = []
  const first = spans[0]
  if (first !== undefined && first.from > range.from) {
    notices.push(`${title} begins at ${formatMoment(first.from)} UTC: its ${unit} bars were not recorded before`)
  }
  for (const [index, { to }] of spans.entries()) {
    const next = spans[index + 1]
    if (next !== undefined) {
      notices.push(
        `${title} stands still from ${formatMoment(to)} to ${formatMoment(next.from)} UTC: nothing of it was recorded`,
      )
    } else if (to < range.to) notices.push(`${title} ends at ${formatMoment(to)} UTC: nothing of it was recorded later`)
  }
  return notices
}
