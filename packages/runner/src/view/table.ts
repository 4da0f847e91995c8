import { oneLine, widthOf } from './format/fit.ts'
import type { Painter, Span } from './style.ts'

/** A column of a {@link renderTable}. */
export interface Column<Row> {
  readonly title: string
  readonly align?: 'left' | 'right'
  readonly cell: (row: Row) => Span
  /** When the table is too wide, columns are left out, the highest number first. Default: never. */
  readonly drop?: number
  /** Takes what is left of the width, and is cut when there is too little. */
  readonly flexible?: boolean
}

const GAP = '  '
/** What a flexible column keeps before other columns are left out for it. */
const FLEXIBLE_MINIMUM = 12

/** A header and one line a row, none wider than `width`. No rows, no table. */
export function renderTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  width: number,
  painter: Painter,
): string[] {
  if (rows.length === 0) return []
  const measured = columns.map((column) => {
    const cells = rows.map((row) => column.cell(row))
    const natural = Math.max(widthOf(column.title), ...cells.map((cell) => widthOf(oneLine(cell.text))))
    const least = column.flexible ? Math.min(natural, FLEXIBLE_MINIMUM) : natural
    return { column, cells, natural, least }
  })
  const shown = chooseColumns(measured, width)
  const spare = Math.max(0, width - total(shown.map((entry) => entry.least)))
  const flexible = shown.filter((entry) => entry.column.flexible)
  const widths = withinWidth(
    shown.map(({ column, natural, least }) =>
      column.flexible ? Math.min(natural, least + Math.floor(spare / Math.max(1, flexible.length))) : natural,
    ),
    width,
  )
  const drawn = (spanAt: (entry: (typeof shown)[number]) => Span): string =>
    cutBlanks(
      widths
        .map((columns, at) => {
          const entry = shown[at]
          return entry === undefined ? '' : painter.cell(spanAt(entry), columns, entry.column.align ?? 'left')
        })
        .join(GAP),
    )
  return [
    drawn((entry) => ({ text: entry.column.title, style: 'quiet' })),
    ...rows.map((_, index) => drawn((entry) => entry.cells[index] ?? { text: '' })),
  ]
}

interface Measured {
  readonly least: number
  readonly column: { readonly drop?: number }
}

function chooseColumns<M extends Measured>(measured: readonly M[], width: number): readonly M[] {
  let shown = measured
  while (total(shown.map((entry) => entry.least)) > width) {
    const next = Math.max(...shown.map((entry) => entry.column.drop ?? 0))
    if (next === 0) break
    shown = shown.filter((entry) => (entry.column.drop ?? 0) < next)
  }
  return shown
}

/** Columns that do not fit even so are cut from the right. */
function withinWidth(widths: readonly number[], width: number): readonly number[] {
  let left = width
  const fitting: number[] = []
  for (const each of widths) {
    if (left <= 0) break
    fitting.push(Math.min(each, left))
    left -= each + GAP.length
  }
  return fitting
}

function total(widths: readonly number[]): number {
  return widths.reduce((sum, each) => sum + each, 0) + GAP.length * Math.max(0, widths.length - 1)
}

function cutBlanks(text: string): string {
  return text.replace(/ +$/, '')
}
