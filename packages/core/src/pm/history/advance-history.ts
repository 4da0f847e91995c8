import { TIMEFRAME_MS } from '../../market/bar.ts'
import type { PmConfig } from '../config/pm-config.ts'
import { pushRing } from '../numeric/ring.ts'
import { testExitRules } from '../plan/exit-rules.ts'
import type { PlanPosition } from '../plan/plan-input.ts'
import type { Signals } from '../signals/signals.ts'
import type { PositionHistory } from './position-history.ts'

/**
 * Takes the signals of one bar into a history, in place: episodes and visits, and exits that become due. To be called on
 * every bar, whatever the gate says and whatever is open, before the bar is planned.
 */
export function advanceHistory(
  history: PositionHistory,
  signals: Signals,
  position: Pick<PlanPosition, 'quantity' | 'averageEntry'>,
  config: PmConfig,
): void {
  enterState(history, signals)
  rememberBar(history, signals, config)
  const { quantity, averageEntry } = position
  if (quantity > 0 && history.stopPrice === null && averageEntry !== null && history.lastAtr !== null) {
    // An adopted position: its stop comes from the first step that has an ATR.
    history.stopPrice = averageEntry - config.plan.stopAtr * history.lastAtr
  }
  if (signals.flags.exitPosition) history.exitSignal = { rule: 'exitPosition', barTs: signals.ts }
  else if (signals.flags.emergencyExit) history.exitSignal = { rule: 'emergencyExit', barTs: signals.ts }
  if (history.exitDue !== null) return
  const rule = testExitRules(signals, quantity, history)
  if (rule === null) return
  history.exitDue = { rule, barTs: signals.ts }
  if (rule === 'emergencyExit') rememberExitValue(history, quantity * signals.close, signals.ts)
}

/** What an emergency exit is about to sell, at once and not at its fill; its rebuy becomes unused. */
export function rememberExitValue(history: PositionHistory, usd: number, barTs: number): void {
  history.exitValue = { usd: Math.max(history.exitValue?.usd ?? 0, usd), unused: true, barTs }
}

function enterState(history: PositionHistory, signals: Signals): void {
  const from = history.state
  const to = signals.state
  history.state = to
  if (from !== to) {
    const starts = from === null ? to === 'S3' : (from === 'S0' || from === 'S4') && to !== 'S0'
    if (starts) history.episode++
    if (to === 'S0') history.s2Seen = false
    if (to === 'S2') history.s2Visit++
    if (to === 'S3') history.s3Visit++
    if (from === 'S3') history.exitValue = null
  }
  if (to === 'S2' || to === 'S3') history.s2Seen = true
}

function rememberBar(history: PositionHistory, signals: Signals, config: PmConfig): void {
  history.lastClose = signals.close
  if (signals.atr > config.indicators.flatAtrShare * signals.close) history.lastAtr = signals.atr
  pushRing(history.recentBarEnds, signals.ts + TIMEFRAME_MS[history.timeframe])
}
