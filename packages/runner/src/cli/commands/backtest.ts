import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { DecimalString, Instrument, JsonValue, Timeframe, VenueKey } from '@portolan/core'
import { CONTRACT_VERSION, defaultPmConfig, TIMEFRAME_MS, toNumber, universalModels } from '@portolan/core'
import { runBacktest } from '../../backtest/run-backtest.ts'
import type { LoadedConfig } from '../../config/index.ts'
import type { DiscoveredVenue } from '../../discovery/index.ts'
import { readBarFile } from '../../history/csv-bars.ts'
import { BacktestRecorder } from '../../report/backtest/backtest-recorder.ts'
import type { BacktestReport, BacktestSettings } from '../../report/backtest/backtest-report.ts'
import { LinesFile } from '../../report/backtest/lines-file.ts'
import { ReportDirectory } from '../../report/backtest/report-directory.ts'
import { summaryLines } from '../../report/backtest/summary.ts'
import { backtestRegime } from '../backtest/backtest-regime.ts'
import { CommandError } from '../command-error.ts'
import { Interruption } from '../interruption.ts'
import { ProgressLine } from '../progress-line.ts'
import { findProject } from '../project/find-project.ts'
import { findInstrument, findVenue } from '../project/find-venue.ts'
import type { Terminal } from '../terminal.ts'
import { print } from '../terminal.ts'
import { coreVersion, runnerVersion } from '../versions.ts'

/** By which a simulated fill is worse than the price when nobody says otherwise, bps. */
const DEFAULT_SLIPPAGE_BPS = 5

export interface BacktestCommandOptions {
  readonly config?: string
  readonly bars: string
  readonly venue: VenueKey
  readonly token: string
  readonly timeframe: Timeframe
  readonly allocation: DecimalString
  readonly out: string
  readonly fixedA?: number
  readonly fixedE?: number
  readonly frictionless?: boolean
  readonly slippageBps?: number
}

/** Plays a file of bars to the loop and writes its report. All of it is written, or nothing. */
export async function backtest(terminal: Terminal, options: BacktestCommandOptions): Promise<void> {
  const frictionless = options.frictionless === true
  if (frictionless && options.slippageBps !== undefined) {
    throw new CommandError('--frictionless fills without slippage: leave out --slippage-bps')
  }
  const project = await findProject(terminal, options.config)
  const venue = await findVenue(options.venue, project, terminal.cwd)
  const instrument = findInstrument(venue.definition, options.token)
  const bars = readBarFile(resolve(terminal.cwd, options.bars), options.timeframe)
  const settings = settingsOf(options, project, venue, instrument)
  const end = (bars.at(-1)?.ts ?? 0) + TIMEFRAME_MS[options.timeframe]
  const isPinned = settings.fixedA !== null && settings.fixedE !== null
  const regime = project === null || isPinned ? null : await backtestRegime(project, end)
  for (const notice of regime?.notices ?? []) terminal.stderr.write(`${notice}\n`)

  using interruption = new Interruption()
  using directory = new ReportDirectory(resolve(terminal.cwd, options.out))
  using decisions = new LinesFile(directory.path('decisions'))
  using fills = new LinesFile(directory.path('fills'))
  const recorder = new BacktestRecorder({
    allocationUsd: toNumber(options.allocation),
    lines: { decision: (line) => decisions.add(line), fill: (line) => fills.add(line) },
  })
  {
    using progress = new ProgressLine(terminal.stderr, `${options.token} ${options.timeframe}`)
    const { fixedA, fixedE, slippageBps } = settings
    await runBacktest(
      {
        venue: { key: venue.key, name: venue.definition.name },
        instrument,
        timeframe: options.timeframe,
        bars,
        allocationUsd: options.allocation,
        pm: {
          config: project?.config.pm.config ?? defaultPmConfig,
          models: project?.models ?? universalModels,
          fixedA,
          fixedE,
        },
        ...(regime === null ? {} : { regime: regime.sources }),
        frictionless,
        slippageBps,
        startingCash: null,
        onProgress: ({ done, total }) => progress.show(done, total),
        signal: interruption.signal,
      },
      recorder,
    )
  }
  decisions.close()
  fills.close()
  const report = recorder.report({
    venue: venue.key,
    token: options.token,
    timeframe: options.timeframe,
    settings,
    versions: versionsOf(venue),
  })
  writeFileSync(directory.path('report'), `${JSON.stringify(report, null, 2)}\n`)
  directory.complete()
  print(terminal, [...summaryLines(report), [{ text: 'report        ', style: 'quiet' }, { text: options.out }]])
}

function settingsOf(
  options: BacktestCommandOptions,
  project: LoadedConfig | null,
  venue: DiscoveredVenue,
  instrument: Instrument,
): BacktestSettings {
  const frictionless = options.frictionless === true
  const configured = venue.entry.slippageBps ?? project?.config.simulation.slippageBps ?? DEFAULT_SLIPPAGE_BPS
  return {
    bars: options.bars,
    frictionless,
    slippageBps: frictionless ? 0 : (options.slippageBps ?? configured),
    takerFeeBps: frictionless ? 0 : instrument.fees.takerBps,
    fixedA: options.fixedA ?? project?.config.pm.fixedA ?? null,
    fixedE: options.fixedE ?? project?.config.pm.fixedE ?? null,
    config: project?.path ?? null,
    sizing: frictionless ? null : (instrument.sizing as unknown as JsonValue),
  }
}

function versionsOf(venue: DiscoveredVenue): BacktestReport['versions'] {
  const name = venue.package?.name ?? venue.definition.name
  return {
    '@portolan/runner': runnerVersion(),
    '@portolan/core': coreVersion(),
    [name]: venue.package?.version ?? 'unknown',
    contract: CONTRACT_VERSION,
    node: process.versions.node,
  }
}
