import { toNumber } from '@portolan/core'
import type { PositionRef, RunnerEvent } from '../loop/snapshot.ts'
import { formatFigure, formatSignedUsd } from './format/amount.ts'
import type { Line, Style } from './style.ts'
import { profitStyle } from './style.ts'

/** One event in one line, without its time. */
export function eventLine(event: RunnerEvent): Line {
  switch (event.type) {
    case 'decision': {
      const { action, why } = event.decision
      return [
        { text: `${nameOf(event.position)} `, style: 'strong' },
        { text: `${action} `, style: action === 'hold' ? 'plain' : 'warning' },
        { text: why },
      ]
    }
    case 'intent':
      return [
        { text: `${nameOf(event.position)} `, style: 'strong' },
        { text: `${event.side} ${event.rule} ` },
        { text: event.state, style: INTENT_STYLES[event.state] },
        { text: event.reason === null ? '' : `: ${event.reason}` },
        { text: `  ${shortId(event.intentId)}`, style: 'quiet' },
      ]
    case 'fill':
      return [
        { text: `${nameOf(event.position)} `, style: 'strong' },
        { text: event.side === 'buy' ? 'bought ' : 'sold ', style: event.side === 'buy' ? 'good' : 'bad' },
        { text: `${event.quantity} at ${formatFigure(toNumber(event.price))}` },
        {
          text: event.intentId === null ? '  not ordered by portolan' : `  ${shortId(event.intentId)}`,
          style: event.intentId === null ? 'warning' : 'quiet',
        },
      ]
    case 'trade-closed':
      return [
        { text: `${nameOf(event.position)} `, style: 'strong' },
        { text: 'trade closed ' },
        { text: formatSignedUsd(event.pnlUsd), style: profitStyle(event.pnlUsd) },
        { text: ` USD, ${event.r.toFixed(2)} R, opened by ${event.pattern}` },
      ]
    case 'warning':
      return [{ text: event.message, style: 'warning' }]
  }
}

/** As much of an intent's id as `portolan explain` needs to find it. */
function shortId(intentId: string): string {
  return intentId.slice(0, 10)
}

function nameOf(position: PositionRef): string {
  const venue = position.label === 'default' ? '' : ` ${position.label}`
  return `${position.name ?? position.instrument} ${position.timeframe}${venue}`
}

type IntentEventState = Extract<RunnerEvent, { type: 'intent' }>['state']

const INTENT_STYLES: Readonly<Record<IntentEventState, Style>> = {
  planned: 'plain',
  submitted: 'plain',
  resting: 'plain',
  unknown: 'warning',
  retrying: 'warning',
  filled: 'good',
  partial: 'good',
  rejected: 'bad',
  expired: 'warning',
  skipped: 'quiet',
  'not-sent': 'quiet',
  abandoned: 'warning',
}
