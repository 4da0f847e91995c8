import type { ClosedTrade, Timeframe } from '@portolan/core'
import { Exact, toNumber } from '@portolan/core'
import type { BacktestReport, BacktestSettings } from './backtest-report.ts'
import { REPORT_KIND } from './backtest-report.ts'
import type { BacktestFill, BacktestListener, BacktestStep } from './backtest-step.ts'
import { DailyReturns } from './daily-returns.ts'
import { decisionLine } from './decision-line.ts'
import { DrawdownTracker } from './drawdown.ts'
import { feeUsd, fillLine } from './fill-line.ts'
import { rounded } from './rounded.ts'
import { scoresPart } from './scores-part.ts'
import { tradeStatistics } from './trade-statistics.ts'

/** Decimals of USD and of shares in a report. */
const DECIMALS = 6

/** Listens to a backtest: hands on its lines and sums up its report. */
export class BacktestRecorder implements BacktestListener {
  readonly #allocationUsd: number
  readonly #lines: { decision(line: string): void; fill(line: string): void }
  readonly #drawdown = new DrawdownTracker()
  readonly #daily: DailyReturns
  readonly #trades: ClosedTrade[] = []
  readonly #intents = new Map<string, number>()
  readonly #unfilled = new Map<string, number>()
  #fees = new Exact(0)
  #fills = 0
  #bars = { total: 0, warmUp: 0, evaluated: 0, filled: 0 }
  #first: BacktestStep | null = null
  #firstEvaluated: BacktestStep | null = null
  #last: BacktestStep | null = null
  /** Bars on which A or E came from the regime. */
  #read = 0
  readonly #missing = new Map<string, number>()
  #barsHolding = 0
  #worthSum = 0
  #worthPeak = 0

  constructor(options: {
    readonly allocationUsd: number
    readonly lines: { decision(line: string): void; fill(line: string): void }
  }) {
    this.#allocationUsd = options.allocationUsd
    this.#lines = options.lines
    this.#daily = new DailyReturns(options.allocationUsd)
  }

  onStep(step: BacktestStep): void {
    const { bar, signals, plan } = step
    this.#first ??= step
    this.#last = step
    this.#bars.total += 1
    if (bar.origin === 'filled') this.#bars.filled += 1
    if (signals === null) {
      this.#bars.warmUp += 1
      return
    }
    this.#firstEvaluated ??= step
    this.#bars.evaluated += 1
    if (plan.kind === 'intent') count(this.#intents, plan.intent.rule)
    const scores = scoresPart(step.scores)
    if (scores !== null) this.#read += 1
    for (const driver of scores?.missing ?? []) count(this.#missing, driver)
    const worth = toNumber(step.position.quantity) * bar.close
    if (worth > 0) this.#barsHolding += 1
    this.#worthSum += worth
    this.#worthPeak = Math.max(this.#worthPeak, worth)
    const equity = this.#equity(step)
    this.#drawdown.add(bar.ts, equity)
    this.#daily.add(bar.ts, equity)
    const line = decisionLine(step)
    if (line !== null) this.#lines.decision(line)
  }

  onFill(fill: BacktestFill): void {
    this.#fills += 1
    this.#fees = this.#fees.plus(feeUsd(fill.fill.fee, fill.fill.price))
    this.#lines.fill(fillLine(fill))
  }

  onTradeClosed(trade: ClosedTrade): void {
    this.#trades.push(trade)
  }

  onUnfilled(intent: { readonly rule: string; readonly state: string; readonly reason: string | null }): void {
    count(this.#unfilled, intent.state)
  }

  /** Whether no bar was seen. */
  get isEmpty(): boolean {
    return this.#first === null
  }

  /** The report so far. @throws when no bar was seen. */
  report(about: {
    readonly venue: string
    readonly token: string
    readonly timeframe: Timeframe
    readonly settings: BacktestSettings
    readonly versions: Readonly<Record<string, string | number>>
  }): BacktestReport {
    const first = this.#first
    const last = this.#last
    if (first === null || last === null) throw new Error('A backtest without bars has no report')
    const start = this.#firstEvaluated
    const { worst } = this.#drawdown
    const finalEquityUsd = this.#equity(last)
    const pnlUsd = finalEquityUsd - this.#allocationUsd
    const realisedPnlUsd = toNumber(last.position.realisedPnlUsd)
    const bars = Math.max(1, this.#bars.evaluated)
    const { venue, token, timeframe, settings, versions } = about
    return {
      kind: REPORT_KIND,
      format: 1,
      venue,
      token,
      timeframe,
      period: { from: first.bar.ts, to: last.bar.ts, evaluatedFrom: start?.bar.ts ?? null },
      bars: { ...this.#bars },
      result: {
        allocationUsd: this.#allocationUsd,
        finalEquityUsd: rounded(finalEquityUsd, DECIMALS),
        return: rounded(pnlUsd / this.#allocationUsd, DECIMALS),
        pnlUsd: rounded(pnlUsd, DECIMALS),
        realisedPnlUsd: rounded(realisedPnlUsd, DECIMALS),
        unrealisedPnlUsd: rounded(pnlUsd - realisedPnlUsd, DECIMALS),
        feesUsd: rounded(this.#fees.toNumber(), DECIMALS),
        buyAndHoldReturn: start === null ? null : rounded(last.bar.close / start.bar.close - 1, DECIMALS),
      },
      risk: {
        maxDrawdown: rounded(worst.share, DECIMALS),
        maxDrawdownUsd: rounded(worst.usd, DECIMALS),
        maxDrawdownFrom: worst.from,
        maxDrawdownTo: worst.to,
        sharpe: this.#daily.sharpe(),
        sortino: this.#daily.sortino(),
      },
      trades: tradeStatistics(this.#trades),
      exposure: {
        timeInMarket: rounded(this.#barsHolding / bars, DECIMALS),
        average: rounded(this.#worthSum / bars / this.#allocationUsd, DECIMALS),
        peak: rounded(this.#worthPeak / this.#allocationUsd, DECIMALS),
      },
      decisions: {
        intents: total(this.#intents),
        fills: this.#fills,
        byRule: Object.fromEntries(this.#intents),
        unfilled: Object.fromEntries(this.#unfilled),
      },
      regime: this.#read === 0 ? null : { read: this.#read, missing: Object.fromEntries(this.#missing) },
      open: this.#open(last),
      settings,
      versions,
    }
  }

  #open(last: BacktestStep): BacktestReport['open'] {
    const { quantity, averageEntry } = last.position
    if (toNumber(quantity) === 0) return null
    return { quantity, averageEntry, valueUsd: rounded(toNumber(quantity) * last.bar.close, DECIMALS) }
  }

  /** Allocation - bought + sold (both with their fees) + what is held at the close. */
  #equity({ bar, position }: BacktestStep): number {
    const { investedUsd, extractedUsd, quantity } = position
    return this.#allocationUsd - toNumber(investedUsd) + toNumber(extractedUsd) + toNumber(quantity) * bar.close
  }
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1)
}

function total(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, value) => sum + value, 0)
}
