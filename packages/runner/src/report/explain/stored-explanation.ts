import type { JsonValue } from '@portolan/core'
import { z } from 'zod'
import type { IntentStory } from '../../store/store.ts'

const text = z.string()
const number = z.number()
const maybeNumber = z.number().nullish()

const blockedRule = z.looseObject({ rule: text, gate: text, margin: maybeNumber, shortfall: maybeNumber })

const plan = z.looseObject({
  barTs: number,
  action: text,
  rule: text,
  sizeFrac: number,
  notionalUsd: number,
  urgency: text,
  reduceOnly: z.boolean(),
  maxSlippageBps: number,
  blocked: z.array(blockedRule).default([]),
  state: text,
  prevState: text.nullish(),
  A: number,
  E: number,
  d: maybeNumber,
  score: maybeNumber,
  band: text.nullish(),
  scores: z.record(text, maybeNumber).default({}),
  trimLevel: maybeNumber,
  close: number,
  atr: maybeNumber,
})

const gate = z.looseObject({ state: text, reason: text.nullish(), message: text.nullish() })

const sizingStep = z.looseObject({
  amount: text,
  limit: text,
  raw: text,
  rounded: text,
  bound: z.boolean(),
  note: text.default(''),
})

const sizing = z.looseObject({
  kind: text,
  quantity: text.nullish(),
  spend: text.nullish(),
  limitPrice: text.nullish(),
  reason: text.nullish(),
  message: text.nullish(),
  steps: z.array(sizingStep).default([]),
})

const regime = z.looseObject({
  intentA: maybeNumber,
  intentE: maybeNumber,
  intent: z.looseObject({ expiresAt: number, reason: text.nullish() }).nullish(),
  /** Absent from what earlier versions wrote. */
  marketCapUsd: number.nullish(),
  contributions: z
    .array(
      z.looseObject({
        driver: text,
        timeframe: text,
        state: text,
        movedA: number,
        movedE: number,
        weight: maybeNumber,
      }),
    )
    .default([]),
  missing: z.array(z.looseObject({ driver: text, timeframe: text, reason: text })).default([]),
})

const signals = z.looseObject({
  flags: z.record(text, z.boolean()).default({}),
  exitReason: text.nullish(),
  rsi: maybeNumber,
  adx: maybeNumber,
  margins: z.record(text, maybeNumber).default({}),
})

const position = z.looseObject({
  quantity: text,
  averageEntry: text.nullish(),
  investedUsd: text,
  extractedUsd: text,
})

/** What a runner wrote of an intent, as far as it can be read: another version may have written it, and explaining must not fail for that. */
export interface StoredExplanation {
  readonly plan: z.output<typeof plan> | null
  readonly gate: z.output<typeof gate> | null
  readonly sizing: z.output<typeof sizing> | null
  /** What led to A and E. */
  readonly regime: z.output<typeof regime> | null
  readonly signals: z.output<typeof signals> | null
  /** Before the intent. */
  readonly position: z.output<typeof position> | null
}

/** Reads the parts of an intent's explanation and of the step that planned it, each by itself. */
export function storedExplanation(story: IntentStory): StoredExplanation {
  const { explanation } = story.intent
  const decision = story.step?.decision ?? null
  return {
    plan: read(plan, at(explanation, 'plan')),
    gate: read(gate, at(explanation, 'gate') ?? at(decision, 'gate')),
    sizing: read(sizing, at(explanation, 'sizing') ?? at(decision, 'sizing')),
    regime: read(regime, at(at(explanation, 'scores'), 'explanation') ?? at(decision, 'scores')),
    signals: read(signals, at(decision, 'signals')),
    position: read(position, at(decision, 'position')),
  }
}

function read<T>(schema: z.ZodType<T>, value: JsonValue | undefined): T | null {
  if (value === undefined || value === null) return null
  const result = schema.safeParse(value)
  return result.success ? result.data : null
}

function at(value: JsonValue | undefined, key: string): JsonValue | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  return (value as { readonly [key: string]: JsonValue })[key]
}
