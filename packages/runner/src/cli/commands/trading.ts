import type { VenueKey } from '@portolan/core'
import { scopeOf } from '../../composition/trading-venues.ts'
import type { TradingOrder, TradingState, TradingTarget } from '../../risk/trading-state.ts'
import { formatMoment } from '../../view/format/time.ts'
import type { Column } from '../../view/table.ts'
import { CommandError } from '../command-error.ts'
import { loadProject, openProjectStore } from '../project/open-project-store.ts'
import { projectNow } from '../project/project-clock.ts'
import { discoverProject, networkOf } from '../project/project-venues.ts'
import type { Terminal } from '../terminal.ts'
import { printJson, printTable } from '../terminal.ts'

export interface TradingOptions {
  readonly config?: string
  readonly json?: boolean
}

export interface OrderTradingOptions extends TradingOptions {
  readonly venue?: VenueKey
  readonly label?: string
  readonly reason?: string
}

/** What a person can order. `flatten` also halts: what was sold off is not bought again. */
export type TradingCommand = 'halt' | 'reduce' | 'resume' | 'flatten'

const STATES: Readonly<Record<TradingCommand, TradingState>> = {
  halt: 'halted',
  reduce: 'reducing',
  resume: 'active',
  flatten: 'halted',
}

/** Orders a trading state for everything, or for one venue. A running runner takes it up at once; it holds until a person resumes. */
export async function orderTrading(
  terminal: Terminal,
  command: TradingCommand,
  options: OrderTradingOptions,
): Promise<void> {
  const project = await loadProject(terminal, options.config)
  const entries = (await discoverProject(project)).map((venue) => ({
    key: venue.key,
    label: venue.label,
    scope: scopeOf(project.config.mode, networkOf(venue).name),
  }))
  const { venue, label } = options
  if (venue === undefined && label !== undefined) throw new CommandError('--label needs --venue')
  const chosen = entries.filter(
    (entry) => venue === undefined || (entry.key === venue && (label === undefined || entry.label === label)),
  )
  if (chosen.length === 0) {
    const known = entries.map((entry) => `${entry.key} (label ${entry.label})`).join(', ')
    throw new CommandError(`The config has no venue ${venue}${label === undefined ? '' : ` ${label}`}; it has ${known}`)
  }
  const at = projectNow(project)
  await using store = await openProjectStore(project, 'write')
  const targets: readonly { readonly scope: string; readonly target: TradingTarget }[] =
    venue === undefined
      ? [...new Set(entries.map(({ scope }) => scope))].map((scope) => ({ scope, target: 'all' as const }))
      : chosen.map((entry) => ({ scope: entry.scope, target: { venue: entry.key, label: entry.label } }))
  for (const { scope, target } of targets) {
    await store.saveTradingOrder({
      scope,
      target,
      state: STATES[command],
      flattenAt: command === 'flatten' ? at : null,
      reason: options.reason ?? `portolan ${command}`,
      by: 'operator',
      at,
    })
  }
  const scopes = [...new Set(targets.map(({ scope }) => scope))]
  show(terminal, (await Promise.all(scopes.map((scope) => store.tradingOrders(scope)))).flat(), options)
}

/** Lists what was ordered in the config's mode. */
export async function listTrading(terminal: Terminal, options: TradingOptions): Promise<void> {
  const project = await loadProject(terminal, options.config)
  const venues = await discoverProject(project)
  const scopes = new Set(venues.map((venue) => scopeOf(project.config.mode, networkOf(venue).name)))
  await using store = await openProjectStore(project, 'read')
  show(terminal, (await Promise.all([...scopes].map((scope) => store.tradingOrders(scope)))).flat(), options)
}

function show(terminal: Terminal, orders: readonly TradingOrder[], options: TradingOptions): void {
  if (options.json === true) printJson(terminal, orders)
  else printTable(terminal, COLUMNS, orders, 'trading is active: nothing else was ever ordered')
}

const COLUMNS: readonly Column<TradingOrder>[] = [
  { title: 'scope', drop: 2, cell: (row) => ({ text: row.scope, style: 'quiet' }) },
  {
    title: 'for',
    cell: ({ target }) => ({
      text: target === 'all' ? 'everything' : `${target.venue} ${target.label}`,
      style: 'strong',
    }),
  },
  {
    title: 'trading',
    cell: (row) => ({ text: row.flattenAt === null ? row.state : `${row.state}, selling off` }),
  },
  { title: 'since (UTC)', cell: (row) => ({ text: formatMoment(row.at) }) },
  { title: 'by', drop: 1, cell: (row) => ({ text: row.by, style: 'quiet' }) },
  { title: 'reason', flexible: true, drop: 3, cell: (row) => ({ text: row.reason, style: 'quiet' }) },
]
