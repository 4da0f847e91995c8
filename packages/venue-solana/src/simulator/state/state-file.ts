import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import type { Journal, JournalRecord } from '../chain/journal.ts'
import type { SimulatorOptions } from '../options.ts'

/** The state file cannot be used as it is. */
export class StateFileError extends Error {
  override readonly name = 'StateFileError'
}

interface Header {
  readonly version: 1
  readonly seed: string
  readonly slotMs: number
  readonly usdcMint: string
}

/**
 * What happened to the chain, a line of JSON each, in a file that only grows. A line is handed to the operating system before anybody is
 * told of what it says, so that a kill of the process at any moment loses nothing that was seen; the line that a kill cut short is
 * dropped. At a start the file is written anew, as short as it can be, and takes the old one's place in one step.
 */
export class StateFile implements Journal {
  /** What an earlier life left, oldest first. */
  readonly records: readonly JournalRecord[]
  readonly #path: string
  readonly #header: Header
  #descriptor: number | undefined

  private constructor(path: string, header: Header, records: readonly JournalRecord[]) {
    this.#path = path
    this.#header = header
    this.records = records
  }

  /**
   * Reads the file, if there is one.
   * @throws {StateFileError} when it is damaged or belongs to another chain.
   */
  static open(path: string, { seed, slotMs, usdcMint }: SimulatorOptions): StateFile {
    const header = { version: 1, seed, slotMs, usdcMint } as const
    if (!existsSync(path)) return new StateFile(path, header, [])
    const [first, ...lines] = readFileSync(path, 'utf8').split('\n')
    if (first !== JSON.stringify(header)) {
      throw new StateFileError(
        `the simulator state ${path} was made with other options (seed, slotMs or usdcMint): delete it to start afresh`,
      )
    }
    // What follows the last line feed is a line that a kill cut short.
    const complete = lines.slice(0, -1)
    return new StateFile(
      path,
      header,
      complete.map((line, index) => recordOf(path, line, index + 2)),
    )
  }

  /** Begins the file of this life with the state that there is now. */
  compact(state: Iterable<JournalRecord>): void {
    const temporary = `${this.#path}.${process.pid}.tmp`
    const descriptor = openSync(temporary, 'w')
    writeSync(descriptor, `${JSON.stringify(this.#header)}\n`)
    for (const record of state) writeSync(descriptor, `${JSON.stringify(record)}\n`)
    fsyncSync(descriptor)
    renameSync(temporary, this.#path)
    // The descriptor follows the file to its new name.
    this.#descriptor = descriptor
  }

  append(record: JournalRecord): void {
    // Before the file begins, what happens is in the state that it begins with.
    if (this.#descriptor === undefined) return
    writeSync(this.#descriptor, `${JSON.stringify(record)}\n`)
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor)
    this.#descriptor = undefined
  }
}

function recordOf(path: string, line: string, number: number): JournalRecord {
  try {
    return JSON.parse(line) as JournalRecord
  } catch (cause) {
    throw new StateFileError(`line ${number} of the simulator state ${path} is damaged: delete it to start afresh`, {
      cause,
    })
  }
}
