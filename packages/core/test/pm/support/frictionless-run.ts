import type { DecimalString } from '../../../src/amounts/decimal-string.ts'
import { decimalFrom, decimalFromNumber, Exact } from '../../../src/amounts/decimal-string.ts'
import type { Bar, Timeframe } from '../../../src/market/bar.ts'
import type { BookFigures, Intent, Plan, PmConfig, PmModels, PositionState, Signals } from '../../../src/pm/index.ts'
import { bookFill, createPositionState, defaultPmConfig, stepPosition, universalModels } from '../../../src/pm/index.ts'

/** One bar of a run: what it said, and the position as it is before its plan fills. */
export interface RunLine {
  readonly signals: Signals
  readonly plan: Plan
  readonly position: BookFigures
}

export interface RunOptions {
  readonly timeframe: Timeframe
  readonly A: number
  readonly E: number
  readonly allocationUsd: number
  readonly config?: PmConfig
  readonly models?: Pick<PmModels, 'signals' | 'planner'>
  /** Called between bars: may give back another state to go on with. */
  readonly betweenBars?: (state: PositionState) => PositionState
}

/** Runs a position over bars: A and E held, the gate open, every plan filled whole at the open of the next bar without friction. */
export function runFrictionless(bars: readonly Bar[], options: RunOptions): readonly RunLine[] {
  const { timeframe, A, E, allocationUsd, config = defaultPmConfig, models = universalModels } = options
  const lines: RunLine[] = []
  let state = createPositionState(timeframe, config, models.signals)
  let pending: Intent | null = null
  for (const bar of bars) {
    if (pending !== null) fillWhole(state, pending, bar, config)
    state = options.betweenBars?.(state) ?? state
    const { signals, plan } = stepPosition({ state, bar, A, E, allocationUsd, config, models })
    pending = plan.kind === 'intent' ? plan.intent : null
    if (signals !== null) lines.push({ signals, plan, position: state.figures })
  }
  return lines
}

/** Fills an intent whole at the open of a bar, any quantity, no fee. */
function fillWhole(state: PositionState, intent: Intent, bar: Bar, config: PmConfig): void {
  const price = decimalFromNumber(bar.open)
  const quantity = intent.reduceOnly
    ? new Exact(state.book.quantity).mul(intent.sizeFrac)
    : new Exact(intent.notionalUsd).div(price)
  bookFill(
    state,
    {
      id: `${intent.barTs}`,
      side: intent.reduceOnly ? 'sell' : 'buy',
      price,
      quantity: decimalFrom(quantity),
      fee: { in: 'quote', amount: '0' as DecimalString },
      at: bar.ts,
    },
    intent,
    config,
  )
}
