import type { Bar } from '../../market/bar.ts'
import type { PmConfig } from '../config/pm-config.ts'
import type { SignalModel } from '../models.ts'
import type { SeriesStep } from '../series/advance-series.ts'
import { BarError } from '../series/bar-error.ts'
import { universalSignals } from '../series/universal-signals.ts'
import { NO_FLAGS } from './signals.ts'

/** A signal model failed or said what are no signals. Its state is its own and may be half changed: nothing can go on from it. */
export class SignalModelError extends Error {
  override readonly name = 'SignalModelError'
  constructor(ts: number, problem: string, options?: { readonly cause: unknown }) {
    super(`the signal model of the config failed on bar ${ts}: ${problem}`, options)
  }
}

const STATES: readonly unknown[] = ['S0', 'S1', 'S2', 'S3', 'S4']
const FLAGS = Object.keys(NO_FLAGS)
const EMAS = ['ema20', 'ema30', 'ema60', 'ema144', 'ema250', 'ema333']
const SCORES = ['ts', 'edx', 'ox', 'dx']
const MARGINS = ['exit', 'emergency', 'reclaim', 'distance', 'slope', 'strength', 'discount', 'overextension', 'level']

/**
 * Advances a signal model: the boundary between a series and somebody else's code.
 * @throws {SignalModelError} when the model throws, or says what are no signals. @throws {BarError} as the model does.
 */
export function askSignals(model: SignalModel, state: unknown, bar: Bar, config: PmConfig): SeriesStep {
  if (model === universalSignals) return model.advance(state, bar, config)
  let step: SeriesStep
  try {
    step = model.advance(state, bar, config)
  } catch (cause) {
    if (cause instanceof BarError) throw cause
    throw new SignalModelError(bar.ts, cause instanceof Error ? cause.message : String(cause), { cause })
  }
  const problem = problemOf(step, bar)
  if (problem !== null) throw new SignalModelError(bar.ts, problem)
  return step
}

function problemOf(step: unknown, bar: Bar): string | null {
  if (!isRecord(step)) return 'its step is no object'
  if (!isNumber(step.bars)) return '`bars` is no number'
  const { signals } = step
  if (signals === null) return null
  if (!isRecord(signals)) return '`signals` is neither null nor an object'
  if (signals.ts !== bar.ts) return '`signals.ts` is not that of the bar'
  for (const name of ['close', 'atr', 'rsi', 'adx'])
    if (!isNumber(signals[name])) return `\`signals.${name}\` is no number`
  if (!STATES.includes(signals.state)) return '`signals.state` is none of S0 to S4'
  if (signals.prevState !== null && !STATES.includes(signals.prevState))
    return '`signals.prevState` is none of S0 to S4'
  const wrong =
    wrongIn(signals, 'flags', FLAGS, (value) => typeof value === 'boolean') ??
    wrongIn(signals, 'ema', EMAS, isNumber) ??
    wrongIn(signals, 'scores', SCORES, isNumberOrNull) ??
    wrongIn(signals, 'margins', MARGINS, isNumberOrNull)
  if (wrong !== null) return `\`signals.${wrong}\` is missing or wrong`
  return isNumberOrNull(signals.trimLevel) ? null : '`signals.trimLevel` is neither null nor a number'
}

/** The first of the names that does not hold what it should, as a path; `null` when all do. */
function wrongIn(
  signals: Readonly<Record<string, unknown>>,
  section: string,
  names: readonly string[],
  isSound: (value: unknown) => boolean,
): string | null {
  const values = signals[section]
  if (!isRecord(values)) return section
  const wrong = names.find((name) => !isSound(values[name]))
  return wrong === undefined ? null : `${section}.${wrong}`
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value)
}

function isNumberOrNull(value: unknown): boolean {
  return value === null || isNumber(value)
}
