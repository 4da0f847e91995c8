import type { Line, Span } from '../../view/style.ts'
import { section } from './section.ts'
import type { StoredExplanation } from './stored-explanation.ts'

/** The arithmetic of the order's amounts: raw -> rounded for each rule of the venue, and the limit that bound. */
export function sizingSection({ sizing }: StoredExplanation): readonly Line[] {
  if (sizing === null) return []
  const rows = sizing.steps.map((step): [string, ...Span[]] => [
    step.amount,
    { text: `${step.raw} → ${step.rounded}` },
    { text: `  ${step.limit}${step.bound ? ' bound' : ''}`, style: step.bound ? 'warning' : 'quiet' },
    { text: step.note === '' ? '' : `  ${step.note}`, style: 'quiet' },
  ])
  const bound = sizing.steps.filter((step) => step.bound).at(-1)
  if (sizing.kind === 'order') {
    const spend = sizing.spend ? `spend ${sizing.spend} for ` : ''
    rows.push([
      'order',
      { text: `${spend}${sizing.quantity ?? '–'} at ${sizing.limitPrice ?? '–'} or better`, style: 'strong' },
    ])
  } else {
    rows.push(['no order', { text: sizing.message ?? sizing.reason ?? 'skipped', style: 'warning' }])
  }
  if (bound !== undefined) rows.push(['limit', { text: `${bound.limit} (${bound.amount})` }])
  return section('sizing', rows)
}
