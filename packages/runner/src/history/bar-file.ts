import { statSync } from 'node:fs'
import type { Timeframe } from '@portolan/core'
import type { RecordedBar } from './csv-bars.ts'
import { readBarFile } from './csv-bars.ts'

/** A file of bars to which another program may append. */
export class BarFile {
  readonly #file: string
  readonly #timeframe: Timeframe
  #bars: readonly RecordedBar[]
  #stamp: string

  /** @throws {BarFileError} when it cannot be used. */
  constructor(file: string, timeframe: Timeframe) {
    this.#file = file
    this.#timeframe = timeframe
    // Before reading: what is written meanwhile is a change.
    this.#stamp = stampOf(file)
    this.#bars = readBarFile(file, timeframe)
  }

  /** As they were read last. */
  get bars(): readonly RecordedBar[] {
    return this.#bars
  }

  /** Reads it again when it has changed. What was known stays when it cannot be used. @throws {BarFileError} once for each change. */
  refresh(): void {
    const stamp = stampOf(this.#file)
    if (stamp === this.#stamp) return
    this.#stamp = stamp
    this.#bars = readBarFile(this.#file, this.#timeframe)
  }
}

function stampOf(file: string): string {
  try {
    const { mtimeMs, size } = statSync(file)
    return `${mtimeMs} ${size}`
  } catch {
    return 'missing'
  }
}
