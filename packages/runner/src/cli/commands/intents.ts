import type { IntentRow } from '../../store/store.ts'
import { formatMoment } from '../../view/format/time.ts'
import type { Column } from '../../view/table.ts'
import { loadProject, openProjectStore } from '../project/open-project-store.ts'
import type { Terminal } from '../terminal.ts'
import { printJson, printTable } from '../terminal.ts'

export interface IntentsOptions {
  readonly config?: string
  readonly limit: number
  readonly json?: boolean
}

/** Lists the newest intents of all scopes. */
export async function listIntents(terminal: Terminal, options: IntentsOptions): Promise<void> {
  const project = await loadProject(terminal, options.config)
  await using store = await openProjectStore(project, 'read')
  const intents = await store.intents(null, options.limit)
  if (options.json === true) printJson(terminal, intents)
  else printTable(terminal, COLUMNS, intents, 'no intents yet')
}

const COLUMNS: readonly Column<IntentRow>[] = [
  { title: 'intent', cell: (row) => ({ text: row.id.slice(0, 12), style: 'strong' }) },
  { title: 'planned (UTC)', cell: (row) => ({ text: formatMoment(row.createdAt) }) },
  { title: 'scope', drop: 3, cell: (row) => ({ text: row.scope, style: 'quiet' }) },
  { title: 'venue', drop: 2, cell: (row) => ({ text: row.venue, style: 'quiet' }) },
  { title: 'token', cell: (row) => ({ text: row.instrument }) },
  { title: 'tf', cell: (row) => ({ text: row.timeframe }) },
  { title: 'side', cell: (row) => ({ text: row.side, style: row.side === 'buy' ? 'good' : 'bad' }) },
  { title: 'rule', cell: (row) => ({ text: row.rule }) },
  { title: 'state', cell: (row) => ({ text: row.state }) },
  { title: '', flexible: true, drop: 1, cell: (row) => ({ text: row.stateReason ?? '', style: 'quiet' }) },
]
