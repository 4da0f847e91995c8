import { toNumber } from '@portolan/core'
import type { PositionView } from '../../loop/snapshot.ts'
import { formatFigure, formatScore, formatSignedUsd, formatUsd } from '../format/amount.ts'
import { formatDuration } from '../format/time.ts'
import type { Painter, Span, Style } from '../style.ts'
import { profitStyle } from '../style.ts'
import type { Column } from '../table.ts'
import { renderTable } from '../table.ts'

/** The positions table, its header first. */
export function positionsTable(positions: readonly PositionView[], width: number, painter: Painter): string[] {
  return renderTable(columnsFor(positions), positions, width, painter)
}

/** Those that hold or want something first, for when there is no room for all. The order is kept otherwise. */
export function byImportance(positions: readonly PositionView[]): readonly PositionView[] {
  const rank = (position: PositionView): number =>
    position.openIntent !== null ? 0 : toNumber(position.quantity) !== 0 ? 1 : position.problem !== null ? 2 : 3
  return positions.toSorted((a, b) => rank(a) - rank(b))
}

function columnsFor(positions: readonly PositionView[]): readonly Column<PositionView>[] {
  const venues = new Set(positions.map((position) => `${position.venue} ${position.label}`))
  return [
    { title: 'token', cell: (p) => ({ text: p.name ?? p.instrument, style: 'strong' }) },
    ...(venues.size > 1
      ? [{ title: 'venue', drop: 4, cell: (p: PositionView) => ({ text: venueOf(p), style: 'quiet' as const }) }]
      : []),
    { title: 'tf', cell: (p) => ({ text: p.timeframe }) },
    ...(positions.some(({ data }) => data?.kind === 'poll')
      ? [{ title: 'data', drop: 4, cell: dataCell } satisfies Column<PositionView>]
      : []),
    { title: 'state', cell: stateCell },
    { title: 'A', align: 'right', drop: 5, cell: (p) => ({ text: formatScore(p.a) }) },
    { title: 'E', align: 'right', drop: 5, cell: (p) => ({ text: formatScore(p.e) }) },
    {
      title: 'price',
      align: 'right',
      drop: 2,
      cell: (p) => ({ text: p.price === null ? '–' : formatFigure(p.price) }),
    },
    { title: 'quantity', align: 'right', drop: 3, cell: (p) => amountCell(p, formatFigure(toNumber(p.quantity))) },
    { title: 'entry', align: 'right', drop: 8, cell: (p) => amountCell(p, entryOf(p)) },
    { title: 'value', align: 'right', drop: 7, cell: (p) => amountCell(p, worthOf(p)) },
    {
      title: 'of',
      align: 'right',
      drop: 9,
      cell: (p) => ({ text: formatUsd(toNumber(p.allocationUsd)), style: 'quiet' }),
    },
    { title: 'realised', align: 'right', drop: 1, cell: (p) => profitCell(p.realisedPnlUsd) },
    { title: 'open P&L', align: 'right', drop: 6, cell: (p) => profitCell(p.unrealisedPnlUsd) },
    { title: '', flexible: true, drop: 1, cell: noteCell },
  ]
}

/** What it lives on: shown as soon as a position is not on a stream. */
function dataCell({ data }: PositionView): Span {
  if (data === null) return { text: '–', style: 'quiet' }
  if (data.kind === 'stream') return { text: 'stream', style: 'quiet' }
  return { text: data.everyMs === null ? 'poll' : `poll ${formatDuration(data.everyMs)}`, style: 'warning' }
}

const STATE_STYLES: Readonly<Record<string, Style>> = { S0: 'bad', S1: 'warning', S2: 'plain', S3: 'good' }

function stateCell(position: PositionView): Span {
  const { warmingUp, state } = position
  if (warmingUp !== null) return { text: `warming ${warmingUp.seen}/${warmingUp.needed}`, style: 'quiet' }
  return { text: state ?? '–', style: STATE_STYLES[state ?? ''] ?? 'quiet' }
}

/** Why the position cannot do what it would: the most pressing reason alone. */
function noteCell(position: PositionView): Span {
  const { gate, openIntent, problem } = position
  if (problem !== null) return { text: problem, style: 'bad' }
  if (openIntent !== null) {
    return { text: `${openIntent.side} ${openIntent.rule}: ${openIntent.state}`, style: 'warning' }
  }
  if (gate.state !== 'open') return { text: `${gate.state}: ${gate.message ?? gate.reason ?? ''}`, style: 'warning' }
  if (position.paused) return { text: 'paused: no buys', style: 'warning' }
  return { text: position.status, style: 'quiet' }
}

function amountCell(position: PositionView, text: string): Span {
  return toNumber(position.quantity) === 0 ? { text: '–', style: 'quiet' } : { text }
}

function profitCell(usd: number): Span {
  return { text: formatSignedUsd(usd), style: profitStyle(usd) }
}

function entryOf(position: PositionView): string {
  return position.averageEntry === null ? '–' : formatFigure(toNumber(position.averageEntry))
}

function worthOf(position: PositionView): string {
  return position.price === null ? '–' : formatUsd(toNumber(position.quantity) * position.price)
}

function venueOf(position: PositionView): string {
  return position.label === 'default' ? position.venue : `${position.venue} ${position.label}`
}
