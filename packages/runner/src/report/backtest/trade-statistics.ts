import type { ClosedTrade } from '@portolan/core'
import { toNumber } from '@portolan/core'

/** What the closed trades of a backtest amount to. USD are net of fees. */
export interface TradeStatistics {
  readonly count: number
  readonly won: number
  readonly lost: number
  /** Won of all, in [0, 1]; `null` without trades. */
  readonly winRate: number | null
  readonly averageWinUsd: number | null
  readonly averageLossUsd: number | null
  readonly bestUsd: number | null
  readonly worstUsd: number | null
  /** Gains over losses; `null` without a loss. */
  readonly profitFactor: number | null
  readonly averageR: number | null
  readonly averageHoldingMs: number | null
  /** By the rule that opened the trade. */
  readonly byRule: Readonly<Record<string, { readonly count: number; readonly won: number; readonly pnlUsd: number }>>
}

/** Sums up trades; one that made exactly nothing counts as lost. */
export function tradeStatistics(trades: readonly ClosedTrade[]): TradeStatistics {
  const results = trades.map((trade) => toNumber(trade.pnlUsd))
  const wins = results.filter((usd) => usd > 0)
  const losses = results.filter((usd) => usd <= 0)
  const lost = -sum(losses)
  const byRule: Record<string, { count: number; won: number; pnlUsd: number }> = {}
  for (const trade of trades) {
    const usd = toNumber(trade.pnlUsd)
    const before = byRule[trade.pattern] ?? { count: 0, won: 0, pnlUsd: 0 }
    byRule[trade.pattern] = {
      count: before.count + 1,
      won: before.won + (usd > 0 ? 1 : 0),
      pnlUsd: before.pnlUsd + usd,
    }
  }
  return {
    count: trades.length,
    won: wins.length,
    lost: losses.length,
    winRate: trades.length === 0 ? null : wins.length / trades.length,
    averageWinUsd: mean(wins),
    averageLossUsd: mean(losses),
    bestUsd: results.length === 0 ? null : Math.max(...results),
    worstUsd: results.length === 0 ? null : Math.min(...results),
    profitFactor: lost > 0 ? sum(wins) / lost : null,
    averageR: mean(trades.map((trade) => trade.r)),
    averageHoldingMs: mean(trades.map((trade) => trade.closedAt - trade.openedAt)),
    byRule,
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : sum(values) / values.length
}
