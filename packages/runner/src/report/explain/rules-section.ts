import { formatUsd } from '../../view/format/amount.ts'
import type { Line, Span } from '../../view/style.ts'
import { section } from './section.ts'
import type { StoredExplanation } from './stored-explanation.ts'

/** The rules in the order in which they were tested: those that were blocked, by what, and the one that fired. */
export function rulesSection({ plan, gate }: StoredExplanation): readonly Line[] {
  const rows: [string, ...Span[]][] = []
  if (plan !== null) {
    for (const rule of plan.blocked) {
      rows.push(['blocked', { text: rule.rule.padEnd(14) }, { text: lackedText(rule), style: 'quiet' }])
    }
    rows.push(['passed', { text: plan.rule.padEnd(14), style: 'good' }, { text: firedText(plan) }])
    rows.push([
      '',
      { text: `urgency ${plan.urgency}, at most ${plan.maxSlippageBps} bps of slippage${reduceText(plan.reduceOnly)}` },
    ])
  }
  if (gate !== null) {
    const why = [gate.reason, gate.message].filter((text) => typeof text === 'string').join(': ')
    rows.push([
      'gate',
      { text: gate.state, style: gate.state === 'open' ? 'good' : 'warning' },
      { text: why === '' ? '' : ` (${why})` },
    ])
  }
  return section('rules', rows)
}

type Plan = NonNullable<StoredExplanation['plan']>

function firedText(plan: Plan): string {
  const of = plan.reduceOnly ? 'of what is held' : 'of what is left of the allocation'
  const size = `${plan.action}: ${(plan.sizeFrac * 100).toFixed(2)}% ${of} = ${formatUsd(plan.notionalUsd)} USD`
  if (typeof plan.score !== 'number') return size
  const learned = typeof plan.d === 'number' ? `, learned ${plan.d >= 0 ? '+' : ''}${plan.d.toFixed(3)}` : ''
  return `${size} (score ${plan.score.toFixed(3)}${learned}: band ${plan.band ?? '–'})`
}

function lackedText(rule: Plan['blocked'][number]): string {
  return typeof rule.margin === 'number' ? `${rule.gate}, lacked ${Math.abs(rule.margin).toPrecision(3)}` : rule.gate
}

function reduceText(reduceOnly: boolean): string {
  return reduceOnly ? ', reduce-only' : ''
}
