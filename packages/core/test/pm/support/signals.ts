import type { SignalFlags, Signals, TrendState } from '../../../src/pm/index.ts'

/** What a test says of one bar; everything else is quiet. */
export interface ScriptedBar {
  readonly state: TrendState
  readonly close?: number
  readonly atr?: number
  readonly flags?: Partial<SignalFlags>
  readonly trimLevel?: number | null
  readonly margins?: Partial<Signals['margins']>
}

/** Signals of a bar as a signal model would give them. */
export function signalsOf(bar: ScriptedBar, ts: number, prevState: TrendState | null): Signals {
  const { state, close = 100, atr = 2, flags = {}, trimLevel = null, margins = {} } = bar
  return {
    ts,
    close,
    atr,
    rsi: 50,
    adx: 20,
    ema: { ema20: 100, ema30: 100, ema60: 100, ema144: 100, ema250: 100, ema333: 100 },
    state,
    prevState,
    transition: null,
    flags: {
      buySignal: false,
      buyFlag: false,
      trimFlag: false,
      emergencyExit: false,
      reclaimed: false,
      exitPosition: false,
      ...flags,
    },
    exitReason: flags.exitPosition === true ? 'bearish_order' : null,
    scores: { ts: 0.5, edx: null, ox: null, dx: null },
    trimLevel,
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
      ...margins,
    },
  }
}
