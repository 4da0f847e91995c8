import type { IntentStory } from '../../store/store.ts'
import { formatMoment } from '../../view/format/time.ts'
import type { Line } from '../../view/style.ts'
import { fillsSection } from './fills-section.ts'
import { inputsSection } from './inputs-section.ts'
import { ordersSection } from './orders-section.ts'
import { rulesSection } from './rules-section.ts'
import { section } from './section.ts'
import { sizingSection } from './sizing-section.ts'
import { storedExplanation } from './stored-explanation.ts'

/** Tells the whole story of an intent: why it was planned, how it was sized, what was sent and what came of it. */
export function explainIntent(story: IntentStory): readonly Line[] {
  const { intent, orders, fills } = story
  const explanation = storedExplanation(story)
  const label = intent.label === 'default' ? '' : ` (${intent.label})`
  const reason = intent.stateReason === null ? '' : `: ${intent.stateReason}`
  const unreadable = explanation.plan === null
  return [
    [
      { text: `${intent.side} ${intent.instrument} `, style: 'title' },
      { text: `by ${intent.rule} on ${intent.timeframe}, ${intent.venue}${label}, ${intent.scope}` },
    ],
    [{ text: `intent ${intent.id}, planned ${formatMoment(intent.createdAt)} UTC`, style: 'quiet' }],
    [{ text: intent.state, style: 'strong' }, { text: reason }],
    ...inputsSection(explanation),
    ...rulesSection(explanation),
    ...sizingSection(explanation),
    ...ordersSection(orders, story.orderSteps, story.charges),
    ...(orders.length === 0 ? section('order', [['', { text: 'none was sealed: nothing was sent' }]]) : []),
    ...fillsSection(fills),
    ...(unreadable ? section('stored', [['', { text: JSON.stringify(intent.explanation) }]]) : []),
  ]
}
