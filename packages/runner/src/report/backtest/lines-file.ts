import { closeSync, openSync, writeSync } from 'node:fs'

/** Text kept back before it is written, characters. */
const CHUNK = 1 << 20

/** A file of lines that is written in large pieces. */
export class LinesFile implements Disposable {
  readonly #file: number
  #pending: string[] = []
  #size = 0
  #open = true

  /** @throws when the file exists or cannot be made. */
  constructor(path: string) {
    this.#file = openSync(path, 'wx')
  }

  add(line: string): void {
    this.#pending.push(line)
    this.#size += line.length + 1
    if (this.#size >= CHUNK) this.#flush()
  }

  /** Writes what is left and closes. */
  close(): void {
    if (!this.#open) return
    this.#flush()
    this.#open = false
    closeSync(this.#file)
  }

  /** Closes without writing what is left. */
  [Symbol.dispose](): void {
    if (!this.#open) return
    this.#open = false
    closeSync(this.#file)
  }

  #flush(): void {
    if (this.#pending.length === 0) return
    const data = Buffer.from(`${this.#pending.join('\n')}\n`)
    this.#pending = []
    this.#size = 0
    for (let written = 0; written < data.length; ) written += writeSync(this.#file, data, written)
  }
}
