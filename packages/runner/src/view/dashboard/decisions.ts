import type { PositionView } from '../../loop/snapshot.ts'
import { formatBarTime } from '../format/time.ts'
import type { Line } from '../style.ts'

/** What was decided last for each position and why, the newest first; deeds before holds of the same bar. */
export function decisionLines(positions: readonly PositionView[], now: number): readonly Line[] {
  return positions
    .flatMap((position) => {
      const decision = position.lastDecision
      return decision === null ? [] : [{ position, decision }]
    })
    .toSorted(
      (a, b) =>
        b.decision.barTs - a.decision.barTs ||
        Number(a.decision.action === 'hold') - Number(b.decision.action === 'hold'),
    )
    .map(({ position, decision }) => [
      { text: `${formatBarTime(decision.barTs, now)} `, style: 'quiet' },
      { text: `${position.name ?? position.instrument} ${position.timeframe} `, style: 'strong' },
      { text: `${decision.action} `, style: decision.action === 'hold' ? 'plain' : 'warning' },
      { text: decision.why },
    ])
}
