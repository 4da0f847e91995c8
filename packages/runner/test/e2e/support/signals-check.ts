import type { Bar, JsonValue, PmConfig } from '@portolan/core'
import type { PositionRow, Store } from '../../../src/store/store.ts'
import { differences, uninterruptedSignals } from './uninterrupted-signals.ts'

const MINUTE = 60_000
const ALL = 1_000_000

/**
 * Compares the signals of every step of a position with those of a portfolio manager that was never stopped. Bars that no step was written for
 * were read from the venue's history when the runner came back, or had just been made and were stored.
 * @param candles the venue's own bars, all of them.
 */
export async function signalProblems(
  store: Store,
  row: PositionRow,
  candles: readonly Bar[],
  config: PmConfig,
): Promise<readonly string[]> {
  const state = row.state as { readonly bars: number } | null
  if (state === null || row.lastBarTs === null) return [`${row.instrument} saw no bar`]
  const first = row.lastBarTs - (state.bars - 1) * MINUTE
  const steps = (await store.steps(row.id, ALL)).map(({ barTs, decision }) => ({
    barTs,
    ...(decision as unknown as { readonly bar: Bar; readonly signals: JsonValue }),
  }))
  const series = { venue: row.venue, source: 'simulator:default', feed: 'trading', instrument: row.instrument } as const
  const stored = await store.bars({ ...series, timeframe: '1m', from: first, to: row.lastBarTs + MINUTE })
  const bars = new Map([...candles, ...stored, ...steps.map(({ bar }) => bar)].map((bar) => [bar.ts, bar] as const))
  const all: Bar[] = []
  for (let ts = first; ts <= row.lastBarTs; ts += MINUTE) {
    const bar = bars.get(ts)
    if (bar === undefined) return [`${row.instrument}: nobody has the bar ${ts}`]
    all.push(bar)
  }
  const expected = uninterruptedSignals(all, config)
  return steps.flatMap(({ barTs, signals }) =>
    differences(signals, expected.get(barTs), `${row.instrument} ${barTs}`).slice(0, 3),
  )
}
