import { venueKey } from '../../contract/venue-key.ts'
import type { Timeframe } from '../../market/bar.ts'
import type { LearningConfig } from '../config/learning-config.ts'
import type { LearnedStrengths } from '../plan/plan-input.ts'
import type { TradePattern } from '../plan/rule.ts'
import type { ScopeStatistics } from './scope-statistics.ts'
import { addResult, EMPTY_STATISTICS, learnedStrength } from './scope-statistics.ts'

/** Where a result is learned: what one venue teaches never reaches another. All tokens of the venue together. */
export interface LearningScope {
  readonly tokenChain: string
  readonly bookId: string
  readonly timeframe: Timeframe
}

/**
 * Statistics by scope and pattern. Immutable, plain JSON. Keep one book for each run mode: what a replay or a paper run learns must not
 * teach live money.
 */
export interface LearningBook {
  readonly version: 1
  /** By `token_chain/book_id/timeframe/pattern`. */
  readonly scopes: Readonly<Record<string, ScopeStatistics>>
}

export function createLearningBook(): LearningBook {
  return { version: 1, scopes: {} }
}

/** The book with one more closed trade. */
export function learnTrade(
  book: LearningBook,
  scope: LearningScope,
  trade: { readonly pattern: TradePattern; readonly r: number },
  config: LearningConfig,
): LearningBook {
  const key = scopeKey(scope, trade.pattern)
  const statistics = addResult(book.scopes[key] ?? EMPTY_STATISTICS, trade.r, config)
  return { ...book, scopes: { ...book.scopes, [key]: statistics } }
}

/** What a scope has learned, as `planActions` takes it. */
export function learnedStrengths(book: LearningBook, scope: LearningScope, config: LearningConfig): LearnedStrengths {
  const strengths: Partial<Record<TradePattern, number>> = {}
  const key = scopeKey(scope, '')
  for (const pattern of PATTERNS) {
    const statistics = book.scopes[`${key}${pattern}`]
    if (statistics !== undefined) strengths[pattern] = learnedStrength(statistics, config)
  }
  return strengths
}

/** The key of a scope and pattern; the venue is matched lower-case. @throws {InvalidVenueKeyError} */
export function scopeKey(scope: LearningScope, pattern: TradePattern | ''): string {
  return `${venueKey(scope)}/${scope.timeframe}/${pattern}`
}

const PATTERNS: readonly TradePattern[] = [
  'S1.buySignal',
  'S2.buyFlag',
  'S2.pool',
  'S3.dx',
  'S3.entry',
  'S3.reclaim',
  'external',
]
