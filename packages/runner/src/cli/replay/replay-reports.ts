import { existsSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { JsonValue } from '@portolan/core'
import { CONTRACT_VERSION, toNumber } from '@portolan/core'
import type { ReplayPosition, ReplayRequest } from '../../replay/replay-request.ts'
import { BacktestRecorder } from '../../report/backtest/backtest-recorder.ts'
import type { BacktestReport } from '../../report/backtest/backtest-report.ts'
import type { BacktestListener } from '../../report/backtest/backtest-step.ts'
import { LinesFile } from '../../report/backtest/lines-file.ts'
import { ReportDirectory } from '../../report/backtest/report-directory.ts'
import { coreVersion, runnerVersion } from '../versions.ts'

interface Files {
  readonly directory: ReportDirectory
  readonly decisions: LinesFile
  readonly fills: LinesFile
}

interface Part {
  readonly position: ReplayPosition
  readonly recorder: BacktestRecorder
  readonly files: Files | null
}

/** A position that was played, with its report; `null` when none of its bars closed. */
export interface PositionReport {
  readonly position: ReplayPosition
  readonly report: BacktestReport | null
}

/** The reports of a replay, one a position: all of them are written, or none. */
export class ReplayReports implements Disposable {
  readonly #stack = new DisposableStack()
  readonly #parts: readonly Part[]
  readonly #request: Pick<ReplayRequest, 'pm'>
  readonly #config: string

  /**
   * @param out where each position gets a directory; `null` writes nothing.
   * @throws {ReportDirectoryError} when something else is in its place.
   */
  constructor(
    positions: readonly ReplayPosition[],
    options: { readonly out: string | null; readonly request: Pick<ReplayRequest, 'pm'>; readonly config: string },
  ) {
    const { out, request, config } = options
    this.#request = request
    this.#config = config
    if (out !== null && !existsSync(out)) this.#stack.defer(() => removeEmpty(out))
    try {
      const names = directoryNames(positions)
      this.#parts = positions.map((position, index) => {
        const files = out === null ? null : this.#files(join(out, names[index] ?? String(index)))
        const lines = {
          decision: (line: string) => files?.decisions.add(line),
          fill: (line: string) => files?.fills.add(line),
        }
        const recorder = new BacktestRecorder({ allocationUsd: toNumber(position.allocationUsd), lines })
        return { position, recorder, files }
      })
    } catch (error) {
      this.#stack.dispose()
      throw error
    }
  }

  listener(position: ReplayPosition): BacktestListener {
    const part = this.#parts.find((candidate) => candidate.position === position)
    if (part === undefined) throw new Error(`${position.instrument} ${position.timeframe} is not part of this replay`)
    return part.recorder
  }

  /** Writes what there is to write and puts it in its place. */
  complete(): readonly PositionReport[] {
    const reports = this.#parts.map(({ position, recorder }) => ({
      position,
      report: recorder.isEmpty ? null : recorder.report(this.#about(position)),
    }))
    const written = this.#parts.flatMap(({ files }, index) => {
      const report = reports[index]?.report ?? null
      return files === null || report === null ? [] : [{ ...files, report }]
    })
    for (const { directory, decisions, fills, report } of written) {
      decisions.close()
      fills.close()
      writeFileSync(directory.path('report'), `${JSON.stringify(report, null, 2)}\n`)
    }
    for (const { directory } of written) directory.complete()
    return reports
  }

  [Symbol.dispose](): void {
    this.#stack.dispose()
  }

  #files(path: string): Files {
    const directory = this.#stack.use(new ReportDirectory(path))
    const decisions = this.#stack.use(new LinesFile(directory.path('decisions')))
    const fills = this.#stack.use(new LinesFile(directory.path('fills')))
    return { directory, decisions, fills }
  }

  #about(position: ReplayPosition): Parameters<BacktestRecorder['report']>[0] {
    const { execution, data, instrument, timeframe } = position
    const { fixedA, fixedE } = this.#request.pm
    const known = data.instruments.find(({ id }) => id === instrument)
    return {
      venue: execution.key,
      token: instrument,
      timeframe,
      settings: {
        bars: `recorded by ${data.source}`,
        frictionless: false,
        slippageBps: execution.slippageBps,
        takerFeeBps: known?.fees.takerBps ?? 0,
        fixedA,
        fixedE,
        config: this.#config,
        sizing: (known?.sizing ?? null) as unknown as JsonValue,
      },
      versions: {
        '@portolan/runner': runnerVersion(),
        '@portolan/core': coreVersion(),
        contract: CONTRACT_VERSION,
        node: process.versions.node,
      },
    }
  }
}

function removeEmpty(directory: string): void {
  if (existsSync(directory) && readdirSync(directory).length === 0) rmdirSync(directory)
}

/** `token-timeframe`, with what tells them apart where several would be the same; nothing that a file system takes for a path. */
function directoryNames(positions: readonly ReplayPosition[]): readonly string[] {
  const plain = positions.map(({ instrument, timeframe }) => safe(`${instrument}-${timeframe}`))
  const full = positions.map(({ execution, instrument, timeframe }) =>
    safe(`${instrument}-${timeframe}-${execution.key}-${execution.label}`),
  )
  return plain.map((name, index) => (plain.indexOf(name) === plain.lastIndexOf(name) ? name : (full[index] ?? name)))
}

function safe(name: string): string {
  return name.replaceAll(/[^\w.@+-]/g, '_')
}
