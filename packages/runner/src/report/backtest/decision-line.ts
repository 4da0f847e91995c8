import type { DecimalString, Signals } from '@portolan/core'
import { toNumber } from '@portolan/core'
import type { BacktestStep } from './backtest-step.ts'
import { rounded } from './rounded.ts'
import { scoresPart } from './scores-part.ts'

/** Decimals of prices, scores and quantities, and of sums in USD. */
const DECIMALS = 9
const USD_DECIMALS = 6

/**
 * One evaluated bar as a line of `decisions.jsonl`, without the line's end:
 * `ts, state, prevState, flags[], scores{ts,edx,ox,dx where defined}, trimLevel, ema{20..333}, atr, rsi, adx,
 * plan{action,sizeFrac,notionalUsd,rule}|null, q, avgEntry, investedUsd, extractedUsd`, the position being that before the plan fills; and, unless both were
 * pinned, `A, E, missing[]`: the scores by the regime and the drivers that it lacked.
 * `null` while warming up: such a bar has no line.
 */
export function decisionLine(step: BacktestStep): string | null {
  const { signals, plan, position } = step
  if (signals === null) return null
  const { ema } = signals
  const intent = plan.kind === 'intent' ? plan.intent : null
  return JSON.stringify({
    ts: signals.ts,
    state: signals.state,
    prevState: signals.prevState,
    flags: flagsOf(signals),
    scores: scoresOf(signals),
    trimLevel: signals.trimLevel === null ? null : figure(signals.trimLevel),
    ema: {
      20: figure(ema.ema20),
      30: figure(ema.ema30),
      60: figure(ema.ema60),
      144: figure(ema.ema144),
      250: figure(ema.ema250),
      333: figure(ema.ema333),
    },
    atr: figure(signals.atr),
    rsi: figure(signals.rsi),
    adx: figure(signals.adx),
    plan:
      intent === null
        ? null
        : {
            action: intent.action,
            sizeFrac: figure(intent.sizeFrac),
            notionalUsd: figure(intent.notionalUsd),
            rule: intent.rule,
          },
    q: amount(position.quantity, DECIMALS),
    avgEntry: position.averageEntry === null ? null : amount(position.averageEntry, DECIMALS),
    investedUsd: amount(position.investedUsd, USD_DECIMALS),
    extractedUsd: amount(position.extractedUsd, USD_DECIMALS),
    ...scoresPart(step.scores),
  })
}

const FLAGS = ['buySignal', 'buyFlag', 'trimFlag', 'emergencyExit', 'reclaimed', 'exitPosition'] as const
const SCORES = ['ts', 'edx', 'ox', 'dx'] as const

function flagsOf(signals: Signals): readonly string[] {
  return FLAGS.filter((flag) => signals.flags[flag])
}

function scoresOf(signals: Signals): Readonly<Record<string, number>> {
  const scores: Record<string, number> = {}
  for (const name of SCORES) {
    const score = signals.scores[name]
    if (score !== null) scores[name] = figure(score)
  }
  return scores
}

function figure(value: number): number {
  return rounded(value, DECIMALS)
}

function amount(value: DecimalString, decimals: number): number {
  return rounded(toNumber(value), decimals)
}
