import type { PositionHistory } from '../history/position-history.ts'
import type { Signals } from '../signals/signals.ts'
import type { ExitRule } from './rule.ts'

/**
 * Rules 1 to 3 on one bar: the exit they make due, null when none does. Judged at the close; in S3 EMA333 is the stop.
 */
export function testExitRules(
  signals: Signals,
  quantity: number,
  history: Pick<PositionHistory, 'stopPrice'>,
): ExitRule | null {
  if (quantity <= 0) return null
  if (signals.flags.exitPosition) return 'exitPosition'
  if (signals.flags.emergencyExit) return 'emergencyExit'
  const { stopPrice } = history
  return signals.state !== 'S3' && stopPrice !== null && signals.close <= stopPrice ? 'stop' : null
}
