import type { Intent, OpenIntent, Planning, Timeframe, TradeGate } from '@portolan/core'
import { TIMEFRAME_MS } from '@portolan/core'

/** What a bar may lead to. Exits become due whatever this says; it only holds back what would be sent. */
export function planningFor(bar: {
  /** The last one known. */
  readonly newest: boolean
  readonly ts: number
  readonly timeframe: Timeframe
  /** ms by the runner's clock. */
  readonly now: number
  readonly gate: TradeGate
  readonly paused: boolean
}): Planning {
  if (bar.gate.state === 'closed' || !bar.newest) return 'none'
  const length = TIMEFRAME_MS[bar.timeframe]
  // A bar that ended an interval ago or longer is of the past: nothing is bought or trimmed on it.
  if (bar.now - (bar.ts + length) >= length) return 'exits-only'
  return bar.gate.state === 'exit-only' || bar.paused ? 'sells-only' : 'all'
}

export function sideOf(intent: Intent): 'buy' | 'sell' {
  switch (intent.action) {
    case 'entry':
    case 'add':
      return 'buy'
    case 'trim':
    case 'emergency_exit':
      return 'sell'
  }
}

/** An intent that is not at its end, as the planner sees it. */
export function openIntentOf(intent: Intent | null): OpenIntent | null {
  if (intent === null) return null
  const { action, barTs } = intent
  return { kind: sideOf(intent) === 'buy' ? 'buy' : action === 'trim' ? 'trim' : 'exit', barTs }
}
