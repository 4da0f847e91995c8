import { InvalidArgumentError } from 'commander'
import { durationMs } from '../../config/index.ts'

/** Reads `60s`, `1.5m`, `500ms`, `2h`, `1d` as ms. */
export function durationArgument(text: string): number {
  const ms = durationMs(text)
  if (ms === null) throw new InvalidArgumentError('A duration is a number with a unit, e.g. 60s, 5m, 1.5h.')
  return ms
}
