import type { DecimalString } from '../../amounts/decimal-string.ts'
import { ZERO } from '../../amounts/decimal-string.ts'
import type { Intent } from '../plan/intent.ts'
import type { FillRule, TradePattern } from '../plan/rule.ts'

/** What was known when the intent that opened a trade was planned. */
export type EntryContext = Pick<
  Intent,
  'barTs' | 'rule' | 'state' | 'prevState' | 'A' | 'E' | 'd' | 'score' | 'band' | 'scores' | 'close' | 'atr'
>

/** The trade that is going on: its sums so far. Plain JSON. */
export interface OpenTrade {
  /** Time of the first fill, ms UTC. */
  readonly openedAt: number
  readonly pattern: TradePattern
  /** Null when something external opened it. */
  readonly entry: EntryContext | null
  readonly boughtQuantity: DecimalString
  readonly boughtUsd: DecimalString
  readonly soldQuantity: DecimalString
  readonly soldUsd: DecimalString
  readonly feesUsd: DecimalString
  readonly fundingUsd: DecimalString
  /** Realised P&L of this trade so far. */
  readonly pnlUsd: DecimalString
  /** The greatest (buys + fees - sells so far) of this trade. */
  readonly peakAtRiskUsd: DecimalString
  /** Rule of the last sell, null before one. */
  readonly lastSellRule: FillRule | null
}

export function openTrade(openedAt: number, pattern: TradePattern, entry: EntryContext | null): OpenTrade {
  return {
    openedAt,
    pattern,
    entry,
    boughtQuantity: ZERO,
    boughtUsd: ZERO,
    soldQuantity: ZERO,
    soldUsd: ZERO,
    feesUsd: ZERO,
    fundingUsd: ZERO,
    pnlUsd: ZERO,
    peakAtRiskUsd: ZERO,
    lastSellRule: null,
  }
}

/** The part of an intent that a trade remembers. */
export function entryContext(intent: Intent): EntryContext {
  const { barTs, rule, state, prevState, A, E, d, score, band, scores, close, atr } = intent
  return { barTs, rule, state, prevState, A, E, d, score, band, scores, close, atr }
}
