import type { LossLimits } from './limits.ts'

/** What losses are measured against. USD of realised and unrealised profit of a scope. Kept in the store. */
export interface ProfitMarks {
  /** When counting began, ms: what was lost before does not count. */
  readonly since: number
  /** 00:00 UTC of the day that `dayStartUsd` belongs to, ms. */
  readonly day: number
  readonly dayStartUsd: number
  readonly peakUsd: number
}

/** A limit that was passed. */
export interface Breach {
  readonly limit: 'daily-loss' | 'drawdown'
  readonly message: string
}

const DAY_MS = 86_400_000

/** Marks for a profit seen at a time (ms): a new day starts a new daily loss; the peak only rises. */
export function markProfit(before: ProfitMarks | null, profitUsd: number, now: number): ProfitMarks {
  const day = Math.floor(now / DAY_MS) * DAY_MS
  if (before === null) return forgiveLosses(profitUsd, now)
  // A clock that goes back starts no new day.
  const sameDay = day <= before.day
  return {
    since: before.since,
    day: sameDay ? before.day : day,
    dayStartUsd: sameDay ? before.dayStartUsd : profitUsd,
    peakUsd: Math.max(before.peakUsd, profitUsd),
  }
}

/** Marks after a person resumed: what was lost so far does not count again. */
export function forgiveLosses(profitUsd: number, now: number): ProfitMarks {
  return { since: now, day: Math.floor(now / DAY_MS) * DAY_MS, dayStartUsd: profitUsd, peakUsd: profitUsd }
}

/** The first limit that a profit breaks, or `null`. */
export function findBreach(marks: ProfitMarks, profitUsd: number, limits: LossLimits): Breach | null {
  const dayLoss = marks.dayStartUsd - profitUsd
  if (limits.dailyLossUsd !== null && dayLoss >= limits.dailyLossUsd) {
    return {
      limit: 'daily-loss',
      message: `${dayLoss.toFixed(2)} USD lost since 00:00 UTC, the limit is ${limits.dailyLossUsd}`,
    }
  }
  const drawdown = marks.peakUsd - profitUsd
  if (limits.drawdownUsd !== null && drawdown >= limits.drawdownUsd) {
    return {
      limit: 'drawdown',
      message: `${drawdown.toFixed(2)} USD below the highest profit, the limit is ${limits.drawdownUsd}`,
    }
  }
  return null
}
