import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** So many are kept at once. */
export const MANY = 5_000

/** Heap bytes of one state of each kind. */
export interface StateBytes {
  /** Of one instrument and timeframe: indicators, swings, trend. */
  readonly series: number
  /** ... with history, books and the last signals. */
  readonly position: number
}

/** Measures in processes of their own, in which nothing else is alive. */
export function measureMemory(): StateBytes {
  return { series: measure('series'), position: measure('position') }
}

function measure(kind: keyof StateBytes): number {
  const file = fileURLToPath(new URL('./memory-process.ts', import.meta.url))
  const args = ['--expose-gc', '--conditions=@portolan/source', file, kind, String(MANY)]
  return Number(execFileSync(process.execPath, args, { encoding: 'utf8' }))
}
