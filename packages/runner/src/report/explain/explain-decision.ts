import type { JsonValue } from '@portolan/core'
import { z } from 'zod'
import type { PositionRow, StoredStep } from '../../store/store.ts'
import { formatMoment } from '../../view/format/time.ts'
import type { Line, Span } from '../../view/style.ts'
import { section } from './section.ts'

const blockedRule = z.looseObject({ rule: z.string(), gate: z.string(), margin: z.number().nullish() })

const decision = z.looseObject({
  summary: z.looseObject({ action: z.string(), why: z.string() }),
  a: z.number(),
  e: z.number(),
  signals: z
    .looseObject({ state: z.string(), close: z.number(), flags: z.record(z.string(), z.boolean()).default({}) })
    .nullish(),
  gate: z.looseObject({ state: z.string(), message: z.string().nullish() }).nullish(),
  plan: z.looseObject({ blocked: z.array(blockedRule).default([]), nearest: blockedRule.nullish() }).nullish(),
  scores: z
    .looseObject({
      intentA: z.number().default(0),
      intentE: z.number().default(0),
      intent: z.looseObject({ reason: z.string().nullish() }).nullish(),
      contributions: z
        .array(
          z.looseObject({
            driver: z.string(),
            timeframe: z.string(),
            state: z.string(),
            movedA: z.number(),
            movedE: z.number(),
          }),
        )
        .default([]),
      missing: z.array(z.looseObject({ driver: z.string(), timeframe: z.string(), reason: z.string() })).default([]),
    })
    .nullish(),
})

/** Why a bar led to what it led to, also to nothing: what each rule lacked, nearest first, and where A and E came from. */
export function explainDecision(position: PositionRow, step: StoredStep): readonly Line[] {
  const { venue, instrument, timeframe } = position
  const title: Line = [
    { text: `${venue} ${instrument} ${timeframe}`, style: 'title' },
    { text: `  bar ${formatMoment(step.barTs)} UTC`, style: 'quiet' },
  ]
  const read = decision.safeParse(step.decision satisfies JsonValue)
  if (!read.success) return [title, [{ text: 'another version wrote this decision; it cannot be read' }]]
  const { summary, a, e, signals, gate, plan, scores } = read.data
  const flags = Object.entries(signals?.flags ?? {}).flatMap(([name, set]) => (set ? [name] : []))
  const nearest = plan?.nearest ?? null
  const others = (plan?.blocked ?? []).filter(({ rule }) => rule !== nearest?.rule)
  return [
    title,
    [{ text: summary.action, style: 'strong' }, { text: `  ${summary.why}` }],
    ...section('market', [
      ['state', { text: signals == null ? 'warming up' : `${signals.state} at ${signals.close}` }],
      ['flags', { text: flags.length === 0 ? 'none' : flags.join(', ') }],
      ['gate', { text: gate == null ? '–' : `${gate.state}${gate.message == null ? '' : `: ${gate.message}`}` }],
    ]),
    ...section(
      'rules',
      [...(nearest === null ? [] : [nearest]), ...others].map((rule): [string, ...Span[]] => [
        rule.rule,
        { text: `  ${lacked(rule)}` },
        ...(rule === nearest ? [{ text: '  came nearest', style: 'strong' as const }] : []),
      ]),
    ),
    ...section('scores', [
      ['A, E', { text: `${a.toFixed(3)}, ${e.toFixed(3)}` }],
      ...(scores?.contributions ?? []).map((one): [string, ...Span[]] => [
        one.driver,
        { text: ` ${one.timeframe} ${one.state}  A ${signed(one.movedA)}, E ${signed(one.movedE)}` },
      ]),
      ...(scores?.intent == null
        ? []
        : [
            [
              'intent',
              { text: `A ${signed(scores.intentA)}, E ${signed(scores.intentE)}  ${scores.intent.reason ?? ''}` },
            ] as [string, Span],
          ]),
      ...(scores?.missing ?? []).map((one): [string, ...Span[]] => [
        'missing',
        { text: `${one.driver} ${one.timeframe}: ${one.reason}` },
      ]),
    ]),
  ]
}

function lacked({ gate, margin }: z.output<typeof blockedRule>): string {
  return typeof margin === 'number' ? `${gate}, lacked ${Math.abs(margin).toPrecision(3)}` : gate
}

function signed(value: number): string {
  return `${value >= 0 ? '+' : ''}${value.toFixed(3)}`
}
