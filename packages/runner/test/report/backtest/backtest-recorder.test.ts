import { describe, expect, it } from 'vitest'
import { BacktestRecorder } from '../../../src/report/backtest/backtest-recorder.ts'
import type { BacktestReport } from '../../../src/report/backtest/backtest-report.ts'
import { summaryLines } from '../../../src/report/backtest/summary.ts'
import { createPainter } from '../../../src/view/style.ts'
import { bar, closedTrade, fill, HOUR, holdStep, position, START, warmUpStep } from './steps-fixture.ts'

function record(play: (recorder: BacktestRecorder) => void): { report: BacktestReport; decisions: number } {
  let decisions = 0
  const lines = {
    decision: () => {
      decisions += 1
    },
    fill: () => undefined,
  }
  const recorder = new BacktestRecorder({ allocationUsd: 1000, lines })
  play(recorder)
  const report = recorder.report({
    venue: 'acme/perps',
    token: 'BTC',
    timeframe: '1h',
    settings: {
      bars: 'bars.csv',
      frictionless: false,
      slippageBps: 5,
      takerFeeBps: 4.5,
      fixedA: 0.5,
      fixedE: null,
      config: null,
      sizing: {},
    },
    versions: { runner: '0.1.0' },
  })
  return { report, decisions }
}

/** Buys 5 at 100 for 500 + 1 of fee; 110, 90; sells 2 at 90 for 180 - 1 of fee; 95 at the end. */
function oneTrade(recorder: BacktestRecorder): void {
  recorder.onStep(warmUpStep(bar(0, 90)))
  recorder.onStep(holdStep(bar(1, 100)))
  recorder.onFill(fill())
  recorder.onStep(holdStep(bar(2, 110), position('5', '501')))
  recorder.onStep(holdStep(bar(3, 90, { origin: 'filled' }), position('5', '501')))
  recorder.onFill(fill({ side: 'sell' }, 'trimFlag'))
  recorder.onStep(holdStep(bar(4, 95), position('3', '501', '179', '-22')))
}

describe('the report of a backtest', () => {
  it('values what is held at the last close and splits the profit', () => {
    const { result, open } = record(oneTrade).report
    // 1000 - 501 + 179 + 3 * 95
    expect(result.finalEquityUsd).toBe(963)
    expect(result.pnlUsd).toBe(-37)
    expect(result.return).toBe(-0.037)
    expect(result.realisedPnlUsd).toBe(-22)
    expect(result.unrealisedPnlUsd).toBe(-15)
    expect(result.feesUsd).toBe(0.226)
    expect(result.buyAndHoldReturn).toBe(-0.05)
    expect(open).toEqual({ quantity: '3', averageEntry: '100', valueUsd: 285 })
  })

  it('measures drawdown and exposure at closes', () => {
    const { risk, exposure } = record(oneTrade).report
    // 1000, 1049, 949, 963
    expect(risk.maxDrawdownUsd).toBe(100)
    expect(risk.maxDrawdown).toBeCloseTo(100 / 1049, 6)
    expect([risk.maxDrawdownFrom, risk.maxDrawdownTo]).toEqual([START + 2 * HOUR, START + 3 * HOUR])
    expect(exposure.timeInMarket).toBe(0.75)
    expect(exposure.peak).toBe(0.55)
    expect(exposure.average).toBeCloseTo((550 + 450 + 285) / 4 / 1000, 6)
  })

  it('counts bars, and writes a decision for each that was evaluated', () => {
    const { report, decisions } = record(oneTrade)
    expect(report.bars).toEqual({ total: 5, warmUp: 1, evaluated: 4, filled: 1 })
    expect(report.period).toEqual({ from: START, to: START + 4 * HOUR, evaluatedFrom: START + HOUR })
    expect(decisions).toBe(4)
  })

  it('sums up trades by result and by rule', () => {
    const { trades } = record((recorder) => {
      oneTrade(recorder)
      recorder.onTradeClosed(closedTrade('30'))
      recorder.onTradeClosed(closedTrade('-10', { pattern: 'S2.buyFlag', r: -1 }))
      recorder.onTradeClosed(closedTrade('-5'))
    }).report
    expect(trades).toMatchObject({ count: 3, won: 1, lost: 2, averageWinUsd: 30, averageLossUsd: -7.5, bestUsd: 30 })
    expect(trades).toMatchObject({ worstUsd: -10, profitFactor: 2, averageR: 0, averageHoldingMs: 2 * HOUR })
    expect(trades.winRate).toBeCloseTo(1 / 3, 12)
    expect(trades.byRule).toEqual({
      'S3.entry': { count: 2, won: 1, pnlUsd: 25 },
      'S2.buyFlag': { count: 1, won: 0, pnlUsd: -10 },
    })
  })

  it('holds for a file that is too short to evaluate anything', () => {
    const { report, decisions } = record((recorder) => recorder.onStep(warmUpStep(bar(0, 90))))
    expect(decisions).toBe(0)
    expect(report.result).toMatchObject({ pnlUsd: 0, return: 0, buyAndHoldReturn: null })
    expect(report.trades.winRate).toBeNull()
    expect(JSON.stringify(report)).not.toContain('NaN')
  })

  it('has a summary for people', () => {
    const { report } = record((recorder) => {
      oneTrade(recorder)
      recorder.onTradeClosed(closedTrade('30'))
      recorder.onUnfilled({ rule: 'S3.dx', state: 'skipped', reason: 'below the minimum' })
    })
    const painter = createPainter(false)
    const text = summaryLines(report).map((line) => painter.line(line, 120))
    expect(`\n${text.join('\n')}\n`).toMatchInlineSnapshot(`
      "
      acme/perps BTC 1h
      period        2024-09-19 00:00:00 … 2024-09-19 04:00:00 UTC
      bars          5: 4 evaluated, 1 to warm up, 1 of them filled where the file has a gap
      result        -37.00 USD = -3.70% of 1,000.00  (holding the token: -5.00%)
                    realised -22.00, open -15.00, fees 0.23
      drawdown      9.5% (100.00 USD) at most
      ratios        Sharpe –, Sortino –, profit factor –
      trades        1 of 1 won (100.0%), 0.50 R on average, held 2h 00m
      exposure      75.0% of the time, 32.1% of the allocation on average
      decisions     0 intents, 2 fills, 1 skipped
      still open    3 worth 285.00 USD
      setting       taker fee 4.5 bps, slippage 5 bps, the venue's sizing; A fixed at 0.5
      "
    `)
  })
})
