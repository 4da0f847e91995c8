/** How long to wait between attempts to connect. */
export interface BackoffSpec {
  /** ms. */
  readonly minMs: number
  /** ms. */
  readonly maxMs: number
}

/**
 * Doubles from attempt to attempt, and is spread over its upper half, so that many clients dropped together do not return together.
 * @param failures attempts that failed in a row so far, from 0.
 * @param random in [0, 1).
 * @returns ms.
 */
export function backoffMs({ minMs, maxMs }: BackoffSpec, failures: number, random: number): number {
  const full = Math.min(maxMs, minMs * 2 ** Math.min(failures, 30))
  return Math.round(full * (0.5 + random / 2))
}
