import type { Intent, JsonValue, OrderRequest, SizedOrder, SizingResult, TradeGate } from '@portolan/core'
import type { NewIntent, PositionRow } from '../store/store.ts'
import { intentIdOf } from './intent-id.ts'
import type { ScoreReading, StepView } from './position-surroundings.ts'
import { sideOf } from './step-permission.ts'

/** An intent as it is written, with what explains it. */
export function newIntent(
  positionId: string,
  intent: Intent,
  view: { readonly sizing: SizingResult | null; readonly gate: TradeGate; readonly scores: ScoreReading },
): NewIntent {
  const { sizing, gate, scores } = view
  return {
    id: intentIdOf(positionId, intent.barTs),
    side: sideOf(intent),
    rule: intent.rule,
    state: sizing?.kind === 'order' ? 'planned' : 'skipped',
    stateReason: sizing?.kind === 'skip' ? sizing.message : null,
    explanation: { plan: intent, gate, scores, sizing } as unknown as JsonValue,
  }
}

/** What a step is remembered by. */
export function decisionRecord(view: StepView): { readonly [key: string]: JsonValue } {
  const { step, scores, gate, sizing, decision, bar, before } = view
  const { quantity, averageEntry, investedUsd, extractedUsd } = before
  return {
    summary: decision,
    bar,
    signals: step.signals,
    a: scores.a,
    e: scores.e,
    scores: scores.explanation,
    gate,
    plan: step.plan,
    sizing,
    position: { quantity, averageEntry, investedUsd, extractedUsd },
  } as unknown as { readonly [key: string]: JsonValue }
}

/** The order that an intent asks for, without its id. */
export function orderOf(row: PositionRow, plan: Intent, sizing: SizedOrder): Omit<OrderRequest, 'intentId'> {
  return {
    instrument: row.instrument,
    side: sideOf(plan),
    quantity: sizing.quantity,
    spend: sizing.spend,
    limitPrice: sizing.limitPrice,
    reduceOnly: plan.reduceOnly,
    closesPosition: sizing.closesPosition,
    urgency: plan.urgency,
  }
}
