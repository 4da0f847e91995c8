import { existsSync, readFileSync } from 'node:fs'
import type { Bar } from '../../../src/market/bar.ts'

/** One line of a vector file: what another implementation says of one bar. */
export interface VectorLine {
  readonly ts: number
  readonly state: string
  readonly prevState: string | null
  readonly flags: readonly string[]
  readonly scores: Readonly<Partial<Record<'ts' | 'ox' | 'edx' | 'dx', number>>>
  readonly trimLevel: number | null
  readonly ema: Readonly<Record<'20' | '30' | '60' | '144' | '250' | '333', number>>
  readonly atr: number
  readonly rsi: number
  readonly adx: number
  readonly plan: {
    readonly action: string
    readonly sizeFrac: number
    readonly notionalUsd: number
    readonly rule: string
  } | null
  readonly q: number
  readonly avgEntry: number | null
  readonly investedUsd: number
  readonly extractedUsd: number
}

const SHARED = new URL('../../../../../../shared/', import.meta.url)

/** The folder of recorded data and vectors lies beside the repository, where it exists. */
export const sharedIsThere = existsSync(SHARED)

export function readCandles(series: string): readonly Bar[] {
  return lines(`data/candles/${series}.csv`)
    .slice(1)
    .map((line) => {
      const [ts, open, high, low, close, volume] = line.split(',').map(Number)
      return { ts: ts ?? 0, open: open ?? 0, high: high ?? 0, low: low ?? 0, close: close ?? 0, volume: volume ?? 0 }
    })
}

export function readVectors(file: string): readonly VectorLine[] {
  return lines(`vectors/${file}`).map((line): VectorLine => JSON.parse(line))
}

function lines(path: string): readonly string[] {
  return readFileSync(new URL(path, SHARED), 'utf8').trim().split('\n')
}
