import type { DecimalString, Timeframe, VenueKey } from '@portolan/core'
import { instrumentId, toNumber } from '@portolan/core'
import { scopeOf } from '../../composition/trading-venues.ts'
import type { LoadedConfig } from '../../config/index.ts'
import { EntryIndex } from '../../registry/index.ts'
import type { SharedStore } from '../../store/remote/shared-methods.ts'
import type { PositionRow } from '../../store/store.ts'
import { formatFigure, formatSignedUsd, formatUsd } from '../../view/format/amount.ts'
import { profitStyle } from '../../view/style.ts'
import type { Column } from '../../view/table.ts'
import { CommandError } from '../command-error.ts'
import { closeMatches } from '../project/find-venue.ts'
import { requireToken } from '../project/known-tokens.ts'
import { loadProject, openProjectStore } from '../project/open-project-store.ts'
import { discoverProject, networkOf } from '../project/project-venues.ts'
import type { Terminal } from '../terminal.ts'
import { printJson, printTable } from '../terminal.ts'

export interface PositionsOptions {
  readonly config?: string
  readonly json?: boolean
}

export interface AddPositionOptions extends PositionsOptions {
  readonly venue: VenueKey
  readonly token: string
  readonly timeframe: Timeframe
  readonly allocation: DecimalString
  readonly label?: string
  readonly unlisted?: boolean
}

/** Lists the positions of the config's mode, on all of its networks. */
export async function listPositions(terminal: Terminal, options: PositionsOptions): Promise<void> {
  const project = await loadProject(terminal, options.config)
  await using store = await openProjectStore(project, 'read')
  show(terminal, await positionsOf(store, await scopesOf(project)), options)
}

/** Adds a position to the books of the config's mode. A running runner takes it up by itself, when it shares the database. */
export async function addPosition(terminal: Terminal, options: AddPositionOptions): Promise<void> {
  const project = await loadProject(terminal, options.config)
  const venues = await discoverProject(project)
  const found = new EntryIndex(venues).execution({ venue: options.venue, label: options.label ?? null })
  if (found.entry === null) throw new CommandError(`The position cannot be added: ${found.message}`)
  const venue = found.entry
  await using store = await openProjectStore(project, 'write')
  if (options.unlisted !== true) await requireToken(store, venue, options.token)
  const row = await store.addPosition(
    {
      scope: scopeOf(project.config.mode, networkOf(venue).name),
      venue: venue.key,
      label: venue.label,
      instrument: instrumentId(options.token),
      timeframe: options.timeframe,
    },
    options.allocation,
  )
  show(terminal, [row], options)
}

/** Pauses a position, or ends its pause. */
export async function pausePosition(
  terminal: Terminal,
  wanted: string,
  paused: boolean,
  options: PositionsOptions,
): Promise<void> {
  const project = await loadProject(terminal, options.config)
  await using store = await openProjectStore(project, 'read')
  const row = chosen(await positionsOf(store, await scopesOf(project)), wanted)
  await store.setPaused(row.id, paused)
  show(terminal, [{ ...row, paused }], options)
}

async function scopesOf(project: LoadedConfig): Promise<readonly string[]> {
  const venues = await discoverProject(project)
  return [...new Set(venues.map((venue) => scopeOf(project.config.mode, networkOf(venue).name)))]
}

async function positionsOf(store: SharedStore, scopes: readonly string[]): Promise<readonly PositionRow[]> {
  const rows = await Promise.all(scopes.map((scope) => store.positions(scope)))
  return rows.flat()
}

function chosen(rows: readonly PositionRow[], wanted: string): PositionRow {
  const [token, timeframe] = wanted.split('/')
  const matching = rows.filter(
    (row) =>
      row.id.startsWith(wanted) ||
      (row.instrument === token && (timeframe === undefined || row.timeframe === timeframe)),
  )
  const exact = matching.filter((row) => row.id === wanted)
  const [row, ...others] = exact.length > 0 ? exact : matching
  if (row === undefined) {
    const near = closeMatches(
      token ?? wanted,
      rows.map(({ instrument }) => instrument),
    )
    throw new CommandError(`There is no position "${wanted}"${near}: \`portolan positions\` lists them`)
  }
  if (others.length === 0) return row
  const shown = matching.map(({ id, venue, instrument, timeframe: tf }) => `  ${id}  ${venue} ${instrument}/${tf}`)
  throw new CommandError([`Several positions are "${wanted}": give the id of one`, ...shown].join('\n'))
}

function show(terminal: Terminal, rows: readonly PositionRow[], options: PositionsOptions): void {
  if (options.json === true) {
    // The PM's saved state is large and nobody's business.
    printJson(
      terminal,
      rows.map(({ state: _state, ...row }) => row),
    )
    return
  }
  printTable(terminal, COLUMNS, rows, 'no positions yet: `portolan positions add --help` tells how to add one')
}

const COLUMNS: readonly Column<PositionRow>[] = [
  { title: 'position', drop: 2, cell: (row) => ({ text: row.id.slice(0, 8), style: 'quiet' }) },
  { title: 'scope', drop: 4, cell: (row) => ({ text: row.scope, style: 'quiet' }) },
  { title: 'venue', drop: 3, cell: (row) => ({ text: venueOf(row), style: 'quiet' }) },
  { title: 'token', cell: (row) => ({ text: row.instrument, style: 'strong' }) },
  { title: 'tf', cell: (row) => ({ text: row.timeframe }) },
  { title: 'status', cell: (row) => ({ text: row.paused ? `${row.status}, paused` : row.status }) },
  { title: 'allocation', align: 'right', cell: (row) => ({ text: formatUsd(toNumber(row.allocationUsd)) }) },
  { title: 'quantity', align: 'right', cell: (row) => ({ text: formatFigure(toNumber(row.quantity)) }) },
  {
    title: 'entry',
    align: 'right',
    drop: 6,
    cell: (row) => ({ text: row.averageEntry === null ? '–' : formatFigure(toNumber(row.averageEntry)) }),
  },
  { title: 'invested', align: 'right', drop: 7, cell: (row) => ({ text: formatUsd(toNumber(row.investedUsd)) }) },
  { title: 'extracted', align: 'right', drop: 7, cell: (row) => ({ text: formatUsd(toNumber(row.extractedUsd)) }) },
  {
    title: 'realised',
    align: 'right',
    drop: 5,
    cell: (row) => signedCell(row.realisedPnlUsd),
  },
  // Part of the realised P&L.
  { title: 'funding', align: 'right', drop: 8, cell: (row) => signedCell(row.fundingUsd) },
]

function signedCell(amount: DecimalString) {
  const usd = toNumber(amount)
  return { text: formatSignedUsd(usd), style: profitStyle(usd) }
}

function venueOf(row: PositionRow): string {
  return row.label === 'default' ? row.venue : `${row.venue} ${row.label}`
}
