import { resolve } from 'node:path'
import type { DecimalString, Timeframe, VenueKey } from '@portolan/core'
import { readBarFile } from '../../history/csv-bars.ts'
import type { LookaheadFinding, LookaheadReport, LookaheadTrial } from '../../lookahead/check-lookahead.ts'
import { checkLookahead } from '../../lookahead/check-lookahead.ts'
import type { Line } from '../../view/style.ts'
import { CommandError } from '../command-error.ts'
import { Interruption } from '../interruption.ts'
import { ProgressLine } from '../progress-line.ts'
import { findProject } from '../project/find-project.ts'
import { findInstrument, findVenue } from '../project/find-venue.ts'
import type { Terminal } from '../terminal.ts'
import { print, printJson } from '../terminal.ts'

const DEFAULT_SLIPPAGE_BPS = 5

export interface CheckLookaheadOptions {
  readonly config?: string
  readonly bars: string
  readonly venue: VenueKey
  readonly token: string
  readonly timeframe: Timeframe
  readonly allocation: DecimalString
  readonly samples: number
  readonly seed: number
  readonly resume?: boolean
  readonly fixedA?: number
  readonly fixedE?: number
  readonly json?: boolean
}

/** Changes the future of a file of bars and looks whether the past decides otherwise. Fails when it does. */
export async function lookahead(terminal: Terminal, options: CheckLookaheadOptions): Promise<void> {
  const project = await findProject(terminal, options.config)
  const venue = await findVenue(options.venue, project, terminal.cwd)
  const instrument = findInstrument(venue.definition, options.token)
  const file = resolve(terminal.cwd, options.bars)
  // What is wrong with the file is said of the file, and before anything is played.
  readBarFile(file, options.timeframe)
  using interruption = new Interruption()
  const report = await check()
  if (options.json === true) printJson(terminal, report)
  else print(terminal, reportLines(report))
  if (report.findings.length > 0) throw new CommandError(verdict(report))

  async function check(): Promise<LookaheadReport> {
    using progress = new ProgressLine(terminal.stderr, `${options.token} ${options.timeframe}`)
    return checkLookahead({
      config: project?.path ?? null,
      venue: { key: venue.key, name: venue.definition.name },
      instrument,
      timeframe: options.timeframe,
      file,
      allocationUsd: options.allocation,
      slippageBps: venue.entry.slippageBps ?? project?.config.simulation.slippageBps ?? DEFAULT_SLIPPAGE_BPS,
      fixedA: options.fixedA ?? project?.config.pm.fixedA ?? null,
      fixedE: options.fixedE ?? project?.config.pm.fixedE ?? null,
      samples: options.samples,
      seed: options.seed,
      resume: options.resume === true,
      onProgress: ({ done, total }) => progress.show(done, total),
      signal: interruption.signal,
    })
  }
}

function reportLines({ bars, trials, findings }: LookaheadReport): readonly Line[] {
  const futures = trials.filter(({ kind }) => kind === 'future').length
  const resumed = trials.some(({ kind }) => kind === 'resume') ? ', models saved and restored on the way' : ''
  const checked = `${bars} bars, ${futures} changed futures, one repetition${resumed}`
  if (findings.length === 0) {
    return [
      [
        { text: 'no look-ahead found  ', style: 'good' },
        { text: checked, style: 'quiet' },
      ],
    ]
  }
  return [[{ text: checked, style: 'quiet' }], ...findings.flatMap((finding) => findingLines(finding))]
}

function findingLines({ trial, ts, field, before, after }: LookaheadFinding): readonly Line[] {
  return [
    [{ text: describeTrial(trial), style: 'bad' }],
    [{ text: `  bar ${timeOf(ts)} (${ts})  ` }, { text: field, style: 'strong' }],
    [{ text: '    before  ', style: 'quiet' }, { text: before }],
    [{ text: '    after   ', style: 'quiet' }, { text: after }],
  ]
}

function describeTrial(trial: LookaheadTrial): string {
  switch (trial.kind) {
    case 'future':
      return `differs when the future after ${timeOf(trial.cut)} is ${trial.alteration}`
    case 'repeat':
      return 'differs from play to play of the same bars'
    case 'resume':
      return 'differs when the models are saved and restored'
  }
}

/** The worst that was found, in a sentence. What is not the same twice cannot be judged. */
function verdict({ findings, trials }: LookaheadReport): string {
  const kinds = new Set(findings.map(({ trial }) => trial.kind))
  if (kinds.has('repeat')) return 'The models decide otherwise each time: look-ahead cannot be told from chance'
  if (!kinds.has('future')) return 'The models do not go on from a saved state as if nothing had been'
  const futures = trials.filter(({ kind }) => kind === 'future').length
  const found = findings.filter(({ trial }) => trial.kind === 'future').length
  return `Look-ahead: ${found} of ${futures} changed futures changed decisions of the past`
}

function timeOf(ts: number): string {
  return `${new Date(ts).toISOString().slice(0, 16)}Z`
}
