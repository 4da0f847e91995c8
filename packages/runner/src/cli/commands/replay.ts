import { resolve } from 'node:path'
import type { DecimalString, Timeframe, VenueKey } from '@portolan/core'
import { configuredSources } from '../../composition/regime-sources.ts'
import type { LoadedConfig } from '../../config/index.ts'
import { planReplay } from '../../replay/plan-replay.ts'
import type { ReplayRequest } from '../../replay/replay-request.ts'
import { END_OF_TIME } from '../../replay/replay-request.ts'
import { runReplay } from '../../replay/run-replay.ts'
import { summaryLines } from '../../report/backtest/summary.ts'
import type { SharedStore } from '../../store/remote/shared-methods.ts'
import { formatPercent, formatSignedPercent, formatSignedUsd } from '../../view/format/amount.ts'
import { formatMoment } from '../../view/format/time.ts'
import { profitStyle } from '../../view/style.ts'
import type { Column } from '../../view/table.ts'
import { CommandError } from '../command-error.ts'
import { Interruption } from '../interruption.ts'
import { ProgressLine } from '../progress-line.ts'
import { loadProject, openProjectStore } from '../project/open-project-store.ts'
import { discoverProject } from '../project/project-venues.ts'
import { choosePositions } from '../replay/choose-positions.ts'
import { RecordedVenues } from '../replay/recorded-venues.ts'
import type { PositionReport } from '../replay/replay-reports.ts'
import { ReplayReports } from '../replay/replay-reports.ts'
import type { Terminal } from '../terminal.ts'
import { print, printTable } from '../terminal.ts'

export interface ReplayCommandOptions {
  readonly config?: string
  /** ms. */
  readonly from: number
  readonly to?: number
  readonly positions?: 'all'
  readonly venue?: VenueKey
  readonly token?: string
  readonly timeframe?: Timeframe
  readonly allocation?: DecimalString
  readonly out?: string
  readonly fixedA?: number
  readonly fixedE?: number
  readonly slippageBps?: number
}

/** Plays what the config's store recorded to the loop, and reports. All that is written is written whole; the store is only read. */
export async function replay(terminal: Terminal, options: ReplayCommandOptions): Promise<void> {
  const to = options.to ?? END_OF_TIME
  if (to <= options.from) throw new CommandError('--to must be after --from')
  const project = await loadProject(terminal, options.config)
  using interruption = new Interruption()
  await using store = await openProjectStore(project, 'read')
  const request = await requestOf(options, to, project, store)
  const plan = await planReplay(request)
  for (const notice of plan.notices) terminal.stderr.write(`${notice}\n`)
  const out = options.out === undefined ? null : resolve(terminal.cwd, options.out)
  using reports = new ReplayReports(plan.positions, { out, request, config: project.path })
  {
    using progress = new ProgressLine(terminal.stderr, 'replay', 'minutes')
    await runReplay(plan, {
      listener: (position) => reports.listener(position),
      onProgress: ({ done, total }) => progress.show(done, total),
      signal: interruption.signal,
    })
  }
  show(terminal, reports.complete(), options.out ?? null)
}

async function requestOf(
  options: ReplayCommandOptions,
  to: number,
  project: LoadedConfig,
  store: SharedStore,
): Promise<ReplayRequest> {
  const { config } = project
  const { pm, majors, simulation } = config
  const found = await discoverProject(project)
  const venues = await RecordedVenues.read(store, found, config, options.slippageBps ?? null)
  const { venue = null, token = null, timeframe = null, allocation: allocationUsd = null } = options
  const positions = await choosePositions({ venue, token, timeframe, allocationUsd }, config, store, venues)
  return {
    recording: store,
    recordedMode: config.mode,
    from: options.from,
    to,
    positions,
    majors: majors && { key: majors.venue, label: majors.label, symbols: majors.symbols },
    regime: configuredSources(config.regime, pm.config).sources,
    dataOf: (key, label) => venues.data(key, label),
    pm: {
      config: pm.config,
      models: project.models,
      fixedA: options.fixedA ?? pm.fixedA,
      fixedE: options.fixedE ?? pm.fixedE,
    },
    startingCash: simulation.startingCash,
  }
}

function show(terminal: Terminal, reports: readonly PositionReport[], out: string | null): void {
  const [first] = reports
  if (reports.length === 1 && first?.report != null) print(terminal, summaryLines(first.report))
  else printTable(terminal, COLUMNS, reports, 'no position was played')
  const none = reports.filter(({ report }) => report === null).map(({ position }) => titleOf(position))
  if (none.length > 0) terminal.stdout.write(`no bar closed: ${none.join(', ')}\n`)
  if (out !== null) print(terminal, [[{ text: 'reports       ', style: 'quiet' }, { text: out }]])
}

function titleOf({ instrument, timeframe }: PositionReport['position']): string {
  return `${instrument} ${timeframe}`
}

const COLUMNS: readonly Column<PositionReport>[] = [
  { title: 'venue', drop: 6, cell: ({ position }) => ({ text: position.execution.key, style: 'quiet' }) },
  { title: 'token', cell: ({ position }) => ({ text: position.instrument, style: 'strong' }) },
  { title: 'tf', cell: ({ position }) => ({ text: position.timeframe }) },
  { title: 'from', drop: 5, cell: ({ report }) => ({ text: report ? formatMoment(report.period.from) : '–' }) },
  { title: 'to', drop: 5, cell: ({ report }) => ({ text: report ? formatMoment(report.period.to) : '–' }) },
  { title: 'bars', align: 'right', drop: 3, cell: ({ report }) => ({ text: String(report?.bars.evaluated ?? 0) }) },
  {
    title: 'result',
    align: 'right',
    cell: ({ report }) => {
      const usd = report?.result.pnlUsd ?? 0
      return { text: formatSignedUsd(usd), style: profitStyle(usd) }
    },
  },
  {
    title: 'return',
    align: 'right',
    drop: 2,
    cell: ({ report }) => ({ text: report ? formatSignedPercent(report.result.return) : '–' }),
  },
  {
    title: 'drawdown',
    align: 'right',
    drop: 4,
    cell: ({ report }) => ({ text: report ? formatPercent(report.risk.maxDrawdown) : '–' }),
  },
  { title: 'trades', align: 'right', drop: 3, cell: ({ report }) => ({ text: String(report?.trades.count ?? 0) }) },
  { title: 'fills', align: 'right', cell: ({ report }) => ({ text: String(report?.decisions.fills ?? 0) }) },
]
