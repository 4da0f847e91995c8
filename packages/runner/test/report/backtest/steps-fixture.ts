import type { Bar, ClosedTrade, Fill, Intent, Signals } from '@portolan/core'
import { instrumentId, parseDecimal } from '@portolan/core'
import type { BacktestFill, BacktestPosition, BacktestStep } from '../../../src/report/backtest/backtest-step.ts'

export const HOUR = 3_600_000
export const START = Date.UTC(2024, 8, 19)

export function bar(index: number, close: number, changes: Partial<Bar> = {}): Bar {
  return { ts: START + index * HOUR, open: close, high: close, low: close, close, volume: 1, ...changes }
}

export function position(quantity = '0', investedUsd = '0', extractedUsd = '0', realised = '0'): BacktestPosition {
  return {
    quantity: parseDecimal(quantity),
    averageEntry: quantity === '0' ? null : parseDecimal('100'),
    investedUsd: parseDecimal(investedUsd),
    extractedUsd: parseDecimal(extractedUsd),
    realisedPnlUsd: parseDecimal(realised),
  }
}

export function signals(of: Bar, changes: Partial<Signals> = {}): Signals {
  return {
    ts: of.ts,
    close: of.close,
    atr: 0.7605258224,
    rsi: 61.39665761849,
    adx: 25.65862156,
    ema: {
      ema20: 132.6853,
      ema30: 132.8048,
      ema60: 132.8924,
      ema144: 132.4593,
      ema250: 131.9166,
      ema333: 131.701008987123,
    },
    state: 'S3',
    prevState: 'S3',
    transition: null,
    flags: {
      buySignal: false,
      buyFlag: false,
      trimFlag: false,
      emergencyExit: false,
      reclaimed: false,
      exitPosition: false,
    },
    exitReason: null,
    scores: { ts: 0.6426624211, edx: 0.55461, ox: 0.69895919, dx: null },
    trimLevel: null,
    margins: {
      exit: null,
      emergency: null,
      reclaim: null,
      distance: null,
      slope: null,
      strength: null,
      discount: null,
      overextension: null,
      level: null,
    },
    ...changes,
  }
}

export function intent(of: Signals, changes: Partial<Intent> = {}): Intent {
  return {
    barTs: of.ts,
    action: 'trim',
    rule: 'trimFlag',
    sizeFrac: 0.225,
    notionalUsd: 57.1805987714,
    urgency: 'high',
    reduceOnly: true,
    maxSlippageBps: 50,
    blocked: [{ rule: 'stop', gate: 'stop-price', margin: -1.25, shortfall: 1 }],
    state: of.state,
    prevState: of.prevState,
    A: 0.8,
    E: 0.2,
    d: 0,
    score: 0.2,
    band: 'low',
    scores: of.scores,
    trimLevel: of.trimLevel,
    close: of.close,
    atr: of.atr,
    marks: { episode: 1, s2Visit: 1, s3Visit: 1, trade: 1 },
    ...changes,
  }
}

/** A bar on which nothing is planned. */
export function holdStep(of: Bar, at: BacktestPosition = position()): BacktestStep {
  return {
    bar: of,
    signals: signals(of),
    plan: { kind: 'hold', blocked: [], nearest: null, cancelResting: false },
    scores: { a: 0.5, e: 0.5, explanation: { fixedA: 0.5, fixedE: 0.5 } },
    position: at,
  }
}

/** A bar before the first evaluation. */
export function warmUpStep(of: Bar): BacktestStep {
  return { ...holdStep(of), signals: null }
}

export function fill(changes: Partial<Fill> = {}, rule = 'S3.entry'): BacktestFill {
  return {
    intentId: 'i1',
    rule,
    fill: {
      id: 'f1',
      orderId: 'o1',
      sealedId: 's1',
      instrument: instrumentId('BTC'),
      side: 'buy',
      price: parseDecimal('100.5'),
      quantity: parseDecimal('2.5'),
      fee: { in: 'quote', amount: parseDecimal('0.113') },
      at: START,
      ...changes,
    },
  }
}

export function closedTrade(pnlUsd: string, changes: Partial<ClosedTrade> = {}): ClosedTrade {
  const zero = parseDecimal('0')
  return {
    openedAt: START,
    closedAt: START + 2 * HOUR,
    pattern: 'S3.entry',
    exitRule: 'stop',
    entryPrice: null,
    exitPrice: null,
    boughtQuantity: zero,
    boughtUsd: zero,
    soldQuantity: zero,
    soldUsd: zero,
    feesUsd: zero,
    fundingUsd: zero,
    pnlUsd: parseDecimal(pnlUsd),
    peakAtRiskUsd: zero,
    r: 0.5,
    dust: null,
    entry: null,
    ...changes,
  }
}
