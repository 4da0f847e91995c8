import type { Clock, ClosedTrade, Fill } from '@portolan/core'
import type { PositionActor } from './position-actor.ts'
import type { PositionListener, StepView } from './position-surroundings.ts'
import type { PositionRef, RunnerEvent } from './snapshot.ts'
import { sideOf } from './step-permission.ts'

/** How events name a position. */
function positionRef({ row, name }: PositionActor): PositionRef {
  const { id, venue, label, instrument, timeframe } = row
  return { id, venue, label, instrument, name, timeframe }
}

/** Turns what happens to a position into events, and tells those who act on it. */
export function positionListener(options: {
  readonly clock: Clock
  readonly onEvent: (event: RunnerEvent) => void
  readonly onStep?: (actor: PositionActor, view: StepView) => void
  readonly onFill?: (fill: Fill, intentId: string | null) => void
  readonly onIntentEnd: () => void
  readonly onTradeClosed: (trade: ClosedTrade) => void
}): PositionListener {
  const { clock, onEvent } = options
  return {
    onStep(actor, view) {
      options.onStep?.(actor, view)
      onEvent({ type: 'decision', at: clock.now(), position: positionRef(actor), decision: view.decision })
    },
    onIntent(actor, { id, plan }, end) {
      const { state, reason } = end ?? { state: 'planned' as const, reason: null }
      onEvent({
        type: 'intent',
        at: clock.now(),
        position: positionRef(actor),
        intentId: id,
        side: sideOf(plan),
        rule: plan.rule,
        state,
        reason,
      })
      if (end !== null) options.onIntentEnd()
    },
    onFill(actor, fill, intentId) {
      options.onFill?.(fill, intentId)
      const { side, quantity, price, id } = fill
      const position = positionRef(actor)
      onEvent({ type: 'fill', at: clock.now(), position, intentId, side, quantity, price, fillId: id })
    },
    onTradeClosed(actor, trade) {
      const { pattern, r, pnlUsd } = trade
      options.onTradeClosed(trade)
      const position = positionRef(actor)
      onEvent({ type: 'trade-closed', at: clock.now(), position, pnlUsd: Number(pnlUsd), r, pattern })
    },
  }
}
