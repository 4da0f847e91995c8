import { describe, expect, it } from 'vitest'
import type { RunLine } from '../support/frictionless-run.ts'
import { runFrictionless } from '../support/frictionless-run.ts'
import type { VectorLine } from '../support/shared-vectors.ts'
import { readCandles, readVectors, sharedIsThere } from '../support/shared-vectors.ts'

const RUNS = [
  { series: 'hyperliquid-BTC-1h', timeframe: '1h', A: 0.5, E: 0.5, file: 'hyperliquid-BTC-1h.a0.5-e0.5.jsonl' },
  { series: 'hyperliquid-SOL-5m', timeframe: '5m', A: 0.8, E: 0.2, file: 'hyperliquid-SOL-5m.a0.8-e0.2.jsonl' },
] as const

describe('vectors of another implementation', () => {
  it.for(RUNS)('$series with A $A and E $E agrees on every bar', ({ series, timeframe, A, E, file }, { skip }) => {
    skip(!sharedIsThere, 'there is no folder "shared" beside this repository to read the vectors from')
    const wanted = readVectors(file)
    const lines = runFrictionless(readCandles(series), { timeframe, A, E, allocationUsd: 1000 })
    expect(lines.length).toBe(wanted.length)
    const differences = wanted.flatMap((want, i) => {
      const line = lines[i]
      return line === undefined ? [`${want.ts}: no line`] : compare(line, want)
    })
    expect(differences.slice(0, 10)).toEqual([])
  })
})

/** What differs on one bar, in words. */
function compare({ signals, plan, position }: RunLine, want: VectorLine): readonly string[] {
  const flags = Object.entries(signals.flags).flatMap(([name, set]) => (set ? [name] : []))
  const intent = plan.kind === 'intent' ? plan.intent : null
  const exact: readonly [string, unknown, unknown][] = [
    ['ts', signals.ts, want.ts],
    ['state', signals.state, want.state],
    ['prevState', signals.prevState, want.prevState],
    ['flags', flags.sort().join(), [...want.flags].sort().join()],
    ['action', intent?.action, want.plan?.action],
    ['rule', intent?.rule, want.plan?.rule],
  ]
  const scores = (['ts', 'ox', 'edx', 'dx'] as const).map(
    (name): Numbers => [name, signals.scores[name], want.scores[name] ?? null, 1e-9],
  )
  const emas = (['20', '30', '60', '144', '250', '333'] as const).map(
    (n): Numbers => [`ema${n}`, signals.ema[`ema${n}`], want.ema[n], 1e-9],
  )
  const numbers: readonly Numbers[] = [
    ...scores,
    ...emas,
    ['trimLevel', signals.trimLevel, want.trimLevel, 1e-9],
    ['atr', signals.atr, want.atr, 1e-9],
    ['rsi', signals.rsi, want.rsi, 1e-9],
    ['adx', signals.adx, want.adx, 1e-9],
    ['sizeFrac', intent?.sizeFrac ?? null, want.plan?.sizeFrac ?? null, 1e-9],
    ['notionalUsd', intent?.notionalUsd ?? null, want.plan?.notionalUsd ?? null, 1e-6],
    ['q', position.quantity, want.q, 1e-9],
    ['avgEntry', position.averageEntry, want.avgEntry, 1e-9],
    ['investedUsd', position.investedUsd, want.investedUsd, 1e-6],
    ['extractedUsd', position.extractedUsd, want.extractedUsd, 1e-6],
  ]
  return [
    ...exact.filter(([, got, wanted]) => got !== wanted),
    ...numbers.filter(([, got, wanted, digit]) => !agree(got, wanted, digit)),
  ].map(([name, got, wanted]) => `${want.ts} ${name}: ${String(got)}, wanted ${String(wanted)}`)
}

type Numbers = readonly [name: string, got: number | null, wanted: number | null, lastDigit: number]

/** To 1e-6 relative or to the printed digits, whichever is wider. */
function agree(got: number | null, wanted: number | null, lastDigit: number): boolean {
  if (got === null || wanted === null) return got === wanted
  return Math.abs(got - wanted) <= Math.max(1e-6 * Math.abs(wanted), lastDigit)
}
