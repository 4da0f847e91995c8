import type { Signals } from '../signals/signals.ts'
import type { BlockedRule, PlanGate } from './blocked-rule.ts'
import { nearestRule } from './blocked-rule.ts'
import type { Intent, IntentAction } from './intent.ts'
import type { Plan } from './plan.ts'
import type { PlanInput } from './plan-input.ts'
import type { PlanRule } from './rule.ts'
import type { PlannedIntent } from './to-intent.ts'
import { toIntent } from './to-intent.ts'

const ACTIONS = { entry: 'buy', add: 'buy', trim: 'sell', emergency_exit: 'sell' } as const satisfies Record<
  IntentAction,
  'buy' | 'sell'
>
const RULES = {
  exitPosition: 'sell',
  emergencyExit: 'sell',
  stop: 'sell',
  trimFlag: 'sell',
  'S1.buySignal': 'buy',
  'S2.buyFlag': 'buy',
  'S2.pool': 'buy',
  'S3.dx': 'buy',
  'S3.entry': 'buy',
  'S3.reclaim': 'buy',
} as const satisfies Record<PlanRule, 'buy' | 'sell'>
const URGENCIES = ['low', 'normal', 'high', 'critical'] as const satisfies readonly Intent['urgency'][]
const BANDS = ['high', 'mid', 'low'] as const satisfies readonly Intent['band'][]

/** By which a size may exceed what remains, as a share: what floating point adds to a whole share. */
const ROUNDING = 1e-9

type Answer = Readonly<Record<string, unknown>>

/**
 * What a planner answered, as a plan that may be acted on; or, as a text, why it is none. Only what a planner decides is taken from it: action, rule, size,
 * urgency, slippage and explanation. An intent that the caller does not let plan becomes a hold blocked by that, as with the planner of this framework.
 */
export function checkPlan(answer: unknown, input: PlanInput): Plan | string {
  if (!isRecord(answer)) return `the planner answered ${describe(answer)}, not a plan`
  if ('then' in answer) return 'the planner answered a promise: a plan is made at once'
  const { kind, cancelResting = false } = answer
  if (kind !== 'hold' && kind !== 'intent') return `the plan's kind is ${describe(kind)}, not "hold" or "intent"`
  if (typeof cancelResting !== 'boolean') return `the plan's cancelResting is ${describe(cancelResting)}`
  const blocked = readBlocked(answer.blocked)
  if (typeof blocked === 'string') return blocked
  if (kind === 'hold') return { kind, blocked, nearest: nearestRule(blocked), cancelResting }
  const { intent } = answer
  if (!isRecord(intent)) return `the plan's intent is ${describe(intent)}`
  if (input.signals === null) return 'the plan has an intent while there are no signals yet'
  const read = readIntent(intent, input, input.signals, blocked)
  if (typeof read === 'string') return read
  const gate = withheldBy(read.action, input)
  if (gate === null) return { kind, intent: read, blocked, cancelResting: false }
  const all = [...blocked, { rule: read.rule, gate, margin: null, shortfall: 0 }]
  return { kind: 'hold', blocked: all, nearest: nearestRule(all), cancelResting }
}

function readIntent(
  intent: Answer,
  input: PlanInput,
  signals: Signals,
  blocked: readonly BlockedRule[],
): PlannedIntent | string {
  const { action, rule, sizeFrac, notionalUsd, urgency, maxSlippageBps, barTs, d, score, band } = intent
  if (!isKey(ACTIONS, action)) return `the intent's action is ${describe(action)}`
  const side = ACTIONS[action]
  if (!isKey(RULES, rule)) return `the intent's rule is ${describe(rule)}, none that there is`
  if (RULES[rule] !== side) return `the intent's rule ${rule} is none of a ${side}`
  if (barTs !== signals.ts) return `the intent is for bar ${describe(barTs)}, not for ${signals.ts}`
  if (!isNumber(sizeFrac) || sizeFrac <= 0 || sizeFrac > 1)
    return `the intent's sizeFrac is ${describe(sizeFrac)}, not a share above 0 and up to 1`
  if (!isNumber(notionalUsd) || notionalUsd <= 0) return `the intent's notionalUsd is ${describe(notionalUsd)}`
  if (!isNumber(maxSlippageBps) || maxSlippageBps < 0 || maxSlippageBps >= 10_000)
    return `the intent's maxSlippageBps is ${describe(maxSlippageBps)}`
  const known = URGENCIES.find((each) => each === urgency)
  if (known === undefined) return `the intent's urgency is ${describe(urgency)}`
  const { remainingUsd, quantity } = input.position
  if (side === 'buy' && notionalUsd > remainingUsd * (1 + ROUNDING))
    return `the intent buys for ${notionalUsd} USD where ${remainingUsd} remain of the allocation`
  if (side === 'sell' && quantity <= 0) return 'the intent sells while nothing is held'
  if (action === 'emergency_exit' && sizeFrac !== 1)
    return 'the intent exits a part: an exit is whole, a trim sells a part'
  if (intent.reduceOnly !== (side === 'sell')) return `the intent's reduceOnly is ${describe(intent.reduceOnly)}`
  const explained = readExplanation(d, score, band)
  if (typeof explained === 'string') return explained
  const proposal = {
    action,
    rule,
    sizeFrac,
    notionalUsd: side === 'buy' ? Math.min(notionalUsd, remainingUsd) : notionalUsd,
  }
  return { ...toIntent({ ...proposal, ...explained }, input, signals, blocked), urgency: known, maxSlippageBps }
}

function readExplanation(d: unknown, score: unknown, band: unknown): Pick<Intent, 'd' | 'score' | 'band'> | string {
  if (!isNumber(d)) return `the intent's d is ${describe(d)}`
  if (score !== null && !isNumber(score)) return `the intent's score is ${describe(score)}`
  const known = band === null ? null : BANDS.find((each) => each === band)
  return known === undefined ? `the intent's band is ${describe(band)}` : { d, score, band: known }
}

function readBlocked(value: unknown): readonly BlockedRule[] | string {
  if (!Array.isArray(value)) return `the plan's blocked is ${describe(value)}, not a list`
  const blocked: BlockedRule[] = []
  for (const entry of value as readonly unknown[]) {
    if (!isRecord(entry)) return `the plan's blocked has ${describe(entry)} in it`
    const { rule, gate, margin, shortfall } = entry
    const sound =
      isKey(RULES, rule) && typeof gate === 'string' && (margin === null || isNumber(margin)) && isNumber(shortfall)
    if (!sound) return `the plan's blocked has an entry that is no blocked rule: ${describe(rule)}`
    blocked.push({ rule, gate: gate as PlanGate, margin, shortfall })
  }
  return blocked
}

/** One order at a time, and only what the caller lets plan. */
function withheldBy(action: IntentAction, input: PlanInput): PlanGate | null {
  if (input.openIntent !== null) return 'open-intent'
  switch (input.planning) {
    case 'all':
      return null
    case 'sells-only':
      return ACTIONS[action] === 'sell' ? null : 'permission'
    case 'exits-only':
      return action === 'emergency_exit' ? null : 'permission'
    case 'none':
      return 'permission'
  }
}

function isRecord(value: unknown): value is Answer {
  return typeof value === 'object' && value !== null
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}

function isKey<T extends object>(table: T, value: unknown): value is keyof T & string {
  return typeof value === 'string' && Object.hasOwn(table, value)
}

function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 40))
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object'
  if (value === undefined) return 'missing'
  return value === null || typeof value === 'number' || typeof value === 'boolean' ? `${value}` : `a ${typeof value}`
}
