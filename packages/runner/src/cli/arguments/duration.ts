import { InvalidArgumentError } from 'commander'

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Reads `60s`, `1.5m`, `500ms`, `2h`, `1d` as ms. */
export function durationArgument(text: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text.trim()) ?? []
  const ms = Number(amount) * (UNITS[unit ?? ''] ?? Number.NaN)
  if (!(ms > 0)) throw new InvalidArgumentError('A duration is a number with a unit, e.g. 60s, 5m, 1.5h.')
  return ms
}
