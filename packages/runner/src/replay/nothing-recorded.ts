import { TIMEFRAME_MS } from '@portolan/core'
import { RunnerError } from '../runner-error.ts'
import { formatMoment } from '../view/format/time.ts'
import type { ReplayRequest } from './replay-request.ts'
import { END_OF_TIME } from './replay-request.ts'

/** That nothing was recorded of what was asked for, and what there is instead. */
export async function nothingRecorded(request: ReplayRequest): Promise<RunnerError> {
  const { recording, from, to, positions } = request
  const there: string[] = []
  for (const { data, instrument, timeframe } of positions) {
    const ref = { venue: data.key, source: data.source, feed: 'trading' as const, instrument }
    const bars = await recording.bars({ ...ref, timeframe, from: 0, to: END_OF_TIME })
    const first = bars[0]
    const last = bars.at(-1)
    if (first === undefined || last === undefined) continue
    const end = last.ts + TIMEFRAME_MS[timeframe]
    there.push(
      `  ${data.key} ${instrument} ${timeframe} was recorded from ${formatMoment(first.ts)} to ${formatMoment(end)} UTC`,
    )
  }
  const asked = `from ${formatMoment(from)} UTC ${to < END_OF_TIME ? `to ${formatMoment(to)} UTC` : 'on'}`
  const names = positions.map(({ instrument, timeframe }) => `${instrument} ${timeframe}`).join(', ')
  const sources = [...new Set(positions.map(({ data }) => data.source))].join(', ')
  const what = there.length === 0 ? [`  The store has nothing of them from ${sources}`] : there
  return new RunnerError('no-recording', [`Nothing of ${names} was recorded ${asked}:`, ...what].join('\n'))
}
