import type { VenueKey } from '@portolan/core'
import type { DeltaEntry } from '../../composition/intent-delta-request.ts'
import { intentDeltaKey, newIntentDelta } from '../../composition/intent-delta-request.ts'
import { scopeOf } from '../../composition/trading-venues.ts'
import type { LoadedConfig } from '../../config/index.ts'
import type { DiscoveredVenue } from '../../discovery/index.ts'
import type { IntentDeltaKey, IntentDeltaRow } from '../../store/store.ts'
import { formatMoment } from '../../view/format/time.ts'
import type { Column } from '../../view/table.ts'
import { CommandError } from '../command-error.ts'
import { requireToken } from '../project/known-tokens.ts'
import { loadProject, openProjectStore } from '../project/open-project-store.ts'
import { projectNow } from '../project/project-clock.ts'
import { discoverProject, networkOf } from '../project/project-venues.ts'
import type { Terminal } from '../terminal.ts'
import { printJson, printTable } from '../terminal.ts'

export interface IntentDeltasOptions {
  readonly config?: string
  readonly json?: boolean
}

export interface ClearIntentDeltaOptions extends IntentDeltasOptions {
  readonly venue: VenueKey
  readonly token: string
  readonly label?: string
}

export interface SetIntentDeltaOptions extends ClearIntentDeltaOptions {
  readonly a?: number
  readonly e?: number
  /** ms. */
  readonly for: number
  readonly reason?: string
  readonly unlisted?: boolean
}

/** Sets the intent delta of a token. A running runner that shares the database takes it up by itself. */
export async function setIntentDelta(terminal: Terminal, options: SetIntentDeltaOptions): Promise<void> {
  const project = await loadProject(terminal, options.config)
  const venues = await discoverProject(project)
  const cap = project.config.pm.config.regime.intentCap
  const limits = { cap, now: projectNow(project) }
  const delta = newIntentDelta({ ...options, forMs: options.for }, entriesOf(project, venues), limits)
  await using store = await openProjectStore(project, 'write')
  const venue = venues.find(
    ({ key, label }) => key === delta.venue && (options.label === undefined || label === options.label),
  )
  if (venue !== undefined && options.unlisted !== true) await requireToken(store, venue, delta.instrument)
  await store.setIntentDelta(delta)
  const rows = await store.intentDeltas(delta.scope)
  show(
    terminal,
    rows.filter((row) => isOf(row, delta)),
    limits.now,
    options,
  )
}

/** Lists the intent deltas of the config's mode, the expired ones too. */
export async function listIntentDeltas(terminal: Terminal, options: IntentDeltasOptions): Promise<void> {
  const project = await loadProject(terminal, options.config)
  const scopes = new Set(entriesOf(project, await discoverProject(project)).map(({ scope }) => scope))
  await using store = await openProjectStore(project, 'read')
  const rows = await Promise.all([...scopes].map((scope) => store.intentDeltas(scope)))
  show(terminal, rows.flat(), projectNow(project), options)
}

/** Removes the intent delta of a token. */
export async function clearIntentDelta(terminal: Terminal, options: ClearIntentDeltaOptions): Promise<void> {
  const project = await loadProject(terminal, options.config)
  const key = intentDeltaKey(options, entriesOf(project, await discoverProject(project)))
  await using store = await openProjectStore(project, 'read')
  if (!(await store.clearIntentDelta(key))) {
    throw new CommandError(
      `${key.venue} ${key.instrument} has no intent delta in ${key.scope}: \`portolan intent-delta list\` shows those that there are`,
    )
  }
  show(terminal, await store.intentDeltas(key.scope), projectNow(project), options)
}

function entriesOf({ config }: LoadedConfig, venues: readonly DiscoveredVenue[]): readonly DeltaEntry[] {
  return venues.map((venue) => ({
    key: venue.key,
    label: venue.label,
    scope: scopeOf(config.mode, networkOf(venue).name),
  }))
}

function isOf(row: IntentDeltaKey, { scope, venue, instrument }: IntentDeltaKey): boolean {
  return row.scope === scope && row.venue === venue && row.instrument === instrument
}

function show(terminal: Terminal, rows: readonly IntentDeltaRow[], now: number, options: IntentDeltasOptions): void {
  if (options.json === true) printJson(terminal, rows)
  else
    printTable(
      terminal,
      columns(now),
      rows,
      'no intent deltas: `portolan intent-delta set --help` tells how to set one',
    )
}

function columns(now: number): readonly Column<IntentDeltaRow>[] {
  return [
    { title: 'scope', drop: 3, cell: (row) => ({ text: row.scope, style: 'quiet' }) },
    { title: 'venue', drop: 2, cell: (row) => ({ text: row.venue, style: 'quiet' }) },
    { title: 'token', cell: (row) => ({ text: row.instrument, style: 'strong' }) },
    { title: 'A', align: 'right', cell: (row) => ({ text: signed(row.intentA) }) },
    { title: 'E', align: 'right', cell: (row) => ({ text: signed(row.intentE) }) },
    {
      title: 'until (UTC)',
      cell: (row) => ({ text: `${formatMoment(row.expiresAt)}${row.expiresAt <= now ? ', expired' : ''}` }),
    },
    { title: 'reason', flexible: true, drop: 1, cell: (row) => ({ text: row.reason ?? '', style: 'quiet' }) },
  ]
}

function signed(delta: number): string {
  return delta >= 0 ? `+${delta}` : `${delta}`
}
