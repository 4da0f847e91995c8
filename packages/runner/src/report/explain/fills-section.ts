import type { Fee } from '@portolan/core'
import { decimalFrom, Exact } from '@portolan/core'
import type { StoredFill } from '../../store/store.ts'
import { formatFigure } from '../../view/format/amount.ts'
import { formatMoment } from '../../view/format/time.ts'
import type { Line, Span } from '../../view/style.ts'
import { section } from './section.ts'

/** The fills of the intent by venue time, and their sum when there are several. */
export function fillsSection(fills: readonly StoredFill[]): readonly Line[] {
  const rows = fills.map((fill): [string, ...Span[]] => [
    fill.side === 'buy' ? 'bought' : 'sold',
    { text: `${fill.quantity} at ${fill.price}`, style: 'strong' },
    { text: `  fee ${feeText(fill.fee)}  ${formatMoment(fill.at)} UTC` },
    { text: `  ${fill.id}${causeText(fill.cause)}`, style: 'quiet' },
  ])
  if (fills.length > 1) {
    const quantity = fills.reduce((sum, fill) => sum.plus(fill.quantity), new Exact(0))
    const worth = fills.reduce((sum, fill) => sum.plus(new Exact(fill.quantity).times(fill.price)), new Exact(0))
    const mean = quantity.isZero() ? '–' : formatFigure(worth.div(quantity).toNumber())
    rows.push(['in all', { text: `${decimalFrom(quantity)} at ${mean}` }])
  }
  return section('fills', rows)
}

function feeText(fee: Fee): string {
  switch (fee.in) {
    case 'quote':
    case 'base':
      return `${fee.amount} (${fee.in})`
    case 'other':
      return `${fee.amount} ${fee.asset} (${fee.usd} USD)`
  }
}

function causeText(cause: StoredFill['cause']): string {
  return cause === undefined || cause === 'order' ? '' : `  ${cause}`
}
