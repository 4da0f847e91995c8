import type { DecimalString, JsonValue, Timeframe } from '@portolan/core'
import type { TradeStatistics } from './trade-statistics.ts'

/** By which a directory is recognised as that of a backtest. */
export const REPORT_KIND = 'portolan-backtest'

/** `report.json`. Times are ms, shares are in [0, 1] (or below 0 for a loss), USD are plain numbers. */
export interface BacktestReport {
  readonly kind: typeof REPORT_KIND
  /** Of this shape. */
  readonly format: 1
  readonly venue: string
  readonly token: string
  readonly timeframe: Timeframe
  /** Open time of the first and last bar, and of the first bar that was evaluated; `null` when none was. */
  readonly period: { readonly from: number; readonly to: number; readonly evaluatedFrom: number | null }
  readonly bars: {
    readonly total: number
    /** Before the first evaluation. */
    readonly warmUp: number
    readonly evaluated: number
    /** Forward-filled where the file had a gap. */
    readonly filled: number
  }
  readonly result: {
    readonly allocationUsd: number
    /** Allocation + P&L, with what is held valued at the last close. */
    readonly finalEquityUsd: number
    /** Of the allocation. */
    readonly return: number
    readonly pnlUsd: number
    /** Net of fees. */
    readonly realisedPnlUsd: number
    readonly unrealisedPnlUsd: number
    readonly feesUsd: number
    /** What holding the token from the first evaluated close to the last would have returned, without fees. */
    readonly buyAndHoldReturn: number | null
  }
  readonly risk: {
    /** At bar closes, as a share of the peak, and in USD. */
    readonly maxDrawdown: number
    readonly maxDrawdownUsd: number
    readonly maxDrawdownFrom: number | null
    readonly maxDrawdownTo: number | null
    /** Of daily returns, a year's, without a risk-free rate. */
    readonly sharpe: number | null
    readonly sortino: number | null
  }
  readonly trades: TradeStatistics
  readonly exposure: {
    /** Share of the evaluated bars at whose close something was held. */
    readonly timeInMarket: number
    /** Mean and greatest worth of what was held, as shares of the allocation. */
    readonly average: number
    readonly peak: number
  }
  readonly decisions: {
    readonly intents: number
    readonly fills: number
    /** Intents by rule. */
    readonly byRule: Readonly<Record<string, number>>
    /** Intents without a fill, by what became of them. */
    readonly unfilled: Readonly<Record<string, number>>
  }
  /** Bars on which A or E came from the regime, and on how many of them each driver was missing; `null` when both were pinned. */
  readonly regime: { readonly read: number; readonly missing: Readonly<Record<string, number>> } | null
  /** What is still held at the end; `null` when flat. */
  readonly open: {
    readonly quantity: DecimalString
    readonly averageEntry: DecimalString | null
    readonly valueUsd: number
  } | null
  readonly settings: BacktestSettings
  readonly versions: Readonly<Record<string, string | number>>
}

/** What was asked for, and what followed from it. */
export interface BacktestSettings {
  readonly bars: string
  /** Fills at the next open without fee, slippage, lots or minimums. */
  readonly frictionless: boolean
  readonly slippageBps: number
  readonly takerFeeBps: number
  /** A and E when they were pinned. */
  readonly fixedA: number | null
  readonly fixedE: number | null
  readonly config: string | null
  /** The venue's sizing rules that were used. */
  readonly sizing: JsonValue
}
