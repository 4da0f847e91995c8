import { TIMEFRAME_MS } from '../../market/bar.ts'
import { clamp } from '../numeric/clamp.ts'
import type { Signals } from '../signals/signals.ts'
import type { RegimeTimeframe } from './driver.ts'
import { DRIVER_NAMES, REGIME_TIMEFRAMES } from './driver.ts'
import { regimeDelta } from './regime-delta.ts'
import type { MissingDriver, RegimeContribution, RegimeInput, RegimeReading } from './regime-model.ts'

/** A and E: the weighted mean of the drivers' deltas over those that have data, plus the intent from outside. */
export function computeAE(input: RegimeInput): RegimeReading {
  const { readings, timeframe, config } = input
  const found: Omit<RegimeContribution, 'movedA' | 'movedE'>[] = []
  const missing: MissingDriver[] = []
  let sumA = 0
  let sumE = 0
  let weights = 0
  for (const driver of DRIVER_NAMES) {
    for (const regimeTimeframe of REGIME_TIMEFRAMES) {
      const signals = readings[driver]?.[regimeTimeframe]
      const reason = whyMissing(signals, regimeTimeframe, input)
      if (signals === undefined || signals === null || reason !== null) {
        missing.push({ driver, timeframe: regimeTimeframe, reason: reason ?? 'no-data' })
        continue
      }
      const weight = config.driverWeight[driver] * config.timeframeWeight[timeframe][regimeTimeframe]
      const { dA, dE } = regimeDelta(signals, config)
      sumA += weight * dA
      sumE += weight * dE
      weights += Math.abs(weight)
      const { state, ts } = signals
      found.push({ driver, timeframe: regimeTimeframe, state, barTs: ts, dA, dE, weight })
    }
  }
  const scale = weights > 0 ? config.gain / weights : 0
  const { intentA, intentE } = activeIntent(input)
  return {
    A: clamp(config.neutral + scale * sumA + intentA),
    E: clamp(config.neutral + scale * sumE + intentE),
    intentA,
    intentE,
    contributions: found.map((one) => ({
      ...one,
      movedA: scale * one.weight * one.dA,
      movedE: scale * one.weight * one.dE,
    })),
    missing,
  }
}

function whyMissing(
  signals: Signals | null | undefined,
  timeframe: RegimeTimeframe,
  input: RegimeInput,
): MissingDriver['reason'] | null {
  if (signals === undefined || signals === null) return 'no-data'
  const interval = TIMEFRAME_MS[input.config.timeframe[timeframe]]
  const end = signals.ts + interval
  if (end > input.at) return 'future'
  return input.at < end + input.config.staleIntervals * interval ? null : 'stale'
}

function activeIntent(input: RegimeInput): { readonly intentA: number; readonly intentE: number } {
  const { intent, at, config } = input
  if (intent === undefined || intent === null || at >= intent.expiresAt) return { intentA: 0, intentE: 0 }
  const cap = config.intentCap
  return { intentA: clamp(intent.intentA, -cap, cap), intentE: clamp(intent.intentE, -cap, cap) }
}
