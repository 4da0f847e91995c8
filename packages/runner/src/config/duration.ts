const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Reads `60s`, `1.5m`, `500ms`, `2h`, `7d` as ms; `null` when it is no duration above 0. */
export function durationMs(text: string): number | null {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text.trim()) ?? []
  const ms = Number(amount) * (UNITS[unit ?? ''] ?? Number.NaN)
  return ms > 0 ? ms : null
}
