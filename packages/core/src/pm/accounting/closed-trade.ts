import type { DecimalString } from '../../amounts/decimal-string.ts'
import { decimalFrom, Exact } from '../../amounts/decimal-string.ts'
import type { LearningConfig } from '../config/learning-config.ts'
import { clamp } from '../numeric/clamp.ts'
import type { FillRule, TradePattern } from '../plan/rule.ts'
import type { EntryContext, OpenTrade } from './open-trade.ts'

/** A trade that ended. Immutable, plain JSON. */
export interface ClosedTrade {
  readonly openedAt: number
  /** ms UTC. */
  readonly closedAt: number
  /** The rule that opened it. */
  readonly pattern: TradePattern
  /** The rule of its last sell; null when all of it became dust. */
  readonly exitRule: FillRule | null
  /** Mean price of its buys and of its sells, by quantity; null without any. */
  readonly entryPrice: DecimalString | null
  readonly exitPrice: DecimalString | null
  readonly boughtQuantity: DecimalString
  readonly boughtUsd: DecimalString
  readonly soldQuantity: DecimalString
  readonly soldUsd: DecimalString
  readonly feesUsd: DecimalString
  readonly fundingUsd: DecimalString
  /** Net of fees and funding. */
  readonly pnlUsd: DecimalString
  readonly peakAtRiskUsd: DecimalString
  /** pnlUsd / peakAtRiskUsd, capped; 0 when nothing was at risk. */
  readonly r: number
  /** What was left and could not be sold, with its cost, which is not in the P&L. */
  readonly dust: { readonly quantity: DecimalString; readonly costUsd: DecimalString } | null
  /** What was known when it was opened; null when something external opened it. */
  readonly entry: EntryContext | null
}

export function closeTrade(
  trade: OpenTrade,
  closedAt: number,
  dust: ClosedTrade['dust'],
  config: LearningConfig,
): ClosedTrade {
  return {
    openedAt: trade.openedAt,
    closedAt,
    pattern: trade.pattern,
    exitRule: trade.lastSellRule,
    entryPrice: meanPrice(trade.boughtUsd, trade.boughtQuantity),
    exitPrice: meanPrice(trade.soldUsd, trade.soldQuantity),
    boughtQuantity: trade.boughtQuantity,
    boughtUsd: trade.boughtUsd,
    soldQuantity: trade.soldQuantity,
    soldUsd: trade.soldUsd,
    feesUsd: trade.feesUsd,
    fundingUsd: trade.fundingUsd,
    pnlUsd: trade.pnlUsd,
    peakAtRiskUsd: trade.peakAtRiskUsd,
    r: riskMultiple(trade, config),
    dust,
    entry: trade.entry,
  }
}

function meanPrice(usd: DecimalString, quantity: DecimalString): DecimalString | null {
  const units = new Exact(quantity)
  return units.isZero() ? null : decimalFrom(new Exact(usd).div(units))
}

function riskMultiple(trade: OpenTrade, config: LearningConfig): number {
  const risk = new Exact(trade.peakAtRiskUsd)
  if (!risk.isPositive() || risk.isZero()) return 0
  return clamp(new Exact(trade.pnlUsd).div(risk).toNumber(), config.minR, config.maxR)
}
