import type { JsonValue } from '@portolan/core'
import { decimalFrom, Exact } from '@portolan/core'
import type { OrderRow, OrderStep, StoredCharge } from '../../store/store.ts'
import { formatFigure } from '../../view/format/amount.ts'
import { formatMoment } from '../../view/format/time.ts'
import type { Line, Span } from '../../view/style.ts'
import { section } from './section.ts'

/** Each order that was sealed for the intent: ids, amounts, times and what became of it. */
export function ordersSection(
  orders: readonly OrderRow[],
  steps: readonly OrderStep[],
  charges: readonly StoredCharge[],
): readonly Line[] {
  return orders.flatMap((order, index) => {
    const { sealed, request } = order
    const rows: (readonly [string, ...Span[]])[] = [
      ['id', { text: sealed.id }],
      ['asked', { text: requestText(request) }],
      ['sealed', { text: `${formatMoment(order.createdAt)} UTC${expiryText(sealed.expiresAt)}` }],
      ['venue id', { text: order.venueOrderId ?? 'none known' }],
      ['outcome', { text: order.state, style: 'strong' }, { text: outcomeText(order.outcome) }],
      ['as of', { text: `${formatMoment(order.updatedAt)} UTC` }],
      ...stepRows(steps.filter((step) => step.orderId === order.id)),
      ...costRows(charges.filter((charge) => charge.id === order.id)),
    ]
    return section(orders.length === 1 ? 'order' : `order ${index + 1} of ${orders.length}`, rows)
  })
}

/** How the order came to where it is, step by step. */
function stepRows(steps: readonly OrderStep[]): (readonly [string, ...Span[]])[] {
  return steps.map((step, index) => [
    index === 0 ? 'steps' : '',
    { text: `${formatMoment(step.at)} UTC  ${step.state}` },
    { text: `: ${step.cause}`, style: 'quiet' },
  ])
}

function costRows(charges: readonly StoredCharge[]): (readonly [string, ...Span[]])[] {
  return charges.map(({ usd }) => ['cost', { text: `${decimalFrom(new Exact(usd).neg())} USD without a fill` }])
}

function requestText(request: JsonValue): string {
  const side = field(request, 'side') ?? '?'
  const reduceOnly = field(request, 'reduceOnly') === 'true' ? ', reduce-only' : ''
  const spend = field(request, 'spend')
  const forSpend = spend === null ? '' : ` for ${spend}`
  return `${side} ${field(request, 'quantity') ?? '?'}${forSpend} at ${field(request, 'limitPrice') ?? '?'} or better${reduceOnly}`
}

function outcomeText(outcome: JsonValue): string {
  const kind = field(outcome, 'kind')
  const filled = field(outcome, 'filled')
  const price = field(outcome, 'averagePrice')
  const parts = [
    filled === null ? null : `${filled}${price === null ? '' : ` at ${formatFigure(Number(price))}`}`,
    kind === 'rejected' ? field(outcome, 'reason') : null,
    kind === 'expired' ? field(outcome, 'cause') : null,
    field(outcome, 'message'),
  ].filter((part) => part !== null && part !== '')
  return parts.length === 0 ? '' : `: ${parts.join(', ')}`
}

function expiryText(expiresAt: number | null): string {
  return expiresAt === null ? '' : `, no effect from ${formatMoment(expiresAt)} on`
}

/** A field as text; `null` when there is none. */
function field(value: JsonValue, key: string): string | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  const found = (value as { readonly [key: string]: JsonValue })[key]
  return found === undefined || found === null || typeof found === 'object' ? null : String(found)
}
