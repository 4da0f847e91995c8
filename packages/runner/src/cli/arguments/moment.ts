import { InvalidArgumentError } from 'commander'

/** The first moment that counts as one in ms: what is smaller was meant as seconds, or as something else. */
const LEAST_MS = 1e11
const ISO = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:?\d{2})?)?$/

/** Reads `2026-01-05`, `2026-01-05T10:30`, `2026-01-05T10:30:00+02:00` or ms since 1970. What names no zone is UTC. */
export function momentArgument(text: string): number {
  const trimmed = text.trim()
  const ms = /^\d+$/.test(trimmed) ? Number(trimmed) : ISO.test(trimmed) ? isoMs(trimmed) : Number.NaN
  if (Number.isSafeInteger(ms) && ms >= LEAST_MS) return ms
  throw new InvalidArgumentError('Expected a time, e.g. 2026-01-05, 2026-01-05T10:30Z, or ms since 1970.')
}

function isoMs(text: string): number {
  const hasTime = text.length > 10
  const hasZone = hasTime && /(Z|[+-]\d{2}:?\d{2})$/.test(text.slice(10))
  const whole = text.replace(' ', 'T')
  return Date.parse(hasTime && !hasZone ? `${whole}Z` : whole)
}
