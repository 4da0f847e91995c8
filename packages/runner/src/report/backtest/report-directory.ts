import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { REPORT_KIND } from './backtest-report.ts'

/** The files of a backtest. */
export const REPORT_FILES = { decisions: 'decisions.jsonl', fills: 'fills.jsonl', report: 'report.json' } as const

/** A directory cannot be used for a report; the message names it and says what to do. */
export class ReportDirectoryError extends Error {
  override readonly name = 'ReportDirectoryError'
}

/**
 * A directory that appears whole or not at all: it is written beside its place and takes it when it is complete. Disposing before that
 * leaves everything as it was.
 */
export class ReportDirectory implements Disposable {
  readonly #target: string
  readonly #draft: string
  #done = false

  /** @throws {ReportDirectoryError} when something else than an earlier backtest or an empty directory is there. */
  constructor(directory: string) {
    this.#target = resolve(directory)
    refuseOthersWork(this.#target, directory)
    const parent = dirname(this.#target)
    try {
      mkdirSync(parent, { recursive: true })
      this.#draft = join(parent, `.${basename(this.#target)}.part-${randomUUID().slice(0, 8)}`)
      mkdirSync(this.#draft)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      throw new ReportDirectoryError(`${directory} cannot be written: ${reason}`, { cause: error })
    }
  }

  /** Where a file of the report is written meanwhile. */
  path(file: keyof typeof REPORT_FILES): string {
    return join(this.#draft, REPORT_FILES[file])
  }

  /** Puts the report in its place. An earlier one goes. */
  complete(): void {
    const earlier = existsSync(this.#target) ? `${this.#draft}-earlier` : null
    if (earlier !== null) renameSync(this.#target, earlier)
    try {
      renameSync(this.#draft, this.#target)
    } catch (error) {
      if (earlier !== null) renameSync(earlier, this.#target)
      throw error
    }
    this.#done = true
    if (earlier !== null) rmSync(earlier, { recursive: true, force: true })
  }

  [Symbol.dispose](): void {
    if (this.#done) return
    this.#done = true
    rmSync(this.#draft, { recursive: true, force: true })
  }
}

function refuseOthersWork(target: string, shown: string): void {
  if (!existsSync(target)) return
  if (!statSync(target).isDirectory()) {
    throw new ReportDirectoryError(`--out ${shown}: there is a file of that name; give a directory`)
  }
  const known: readonly string[] = Object.values(REPORT_FILES)
  const entries = readdirSync(target)
  const foreign = entries.find((entry) => !known.includes(entry))
  if (entries.length === 0 || (foreign === undefined && isReport(join(target, REPORT_FILES.report)))) return
  const what = foreign === undefined ? 'is no report of a backtest' : `holds ${foreign}`
  throw new ReportDirectoryError(
    `--out ${shown}: the directory ${what} and would be replaced; give a new one, or that of an earlier backtest`,
  )
}

function isReport(file: string): boolean {
  try {
    const report: unknown = JSON.parse(readFileSync(file, 'utf8'))
    return typeof report === 'object' && report !== null && 'kind' in report && report.kind === REPORT_KIND
  } catch {
    return false
  }
}
