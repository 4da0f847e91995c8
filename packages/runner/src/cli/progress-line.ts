import { createLogUpdate } from 'log-update'

/** Cells of the bar. */
const WIDTH = 30

/** How far something is, in one line of a terminal that goes away when it is done. Nothing is written where there is no terminal. */
export class ProgressLine implements Disposable {
  readonly #update: ReturnType<typeof createLogUpdate> | null
  readonly #what: string
  readonly #unit: string
  readonly #startedAt = performance.now()

  /** @param unit of what is counted, many. */
  constructor(stream: NodeJS.WriteStream, what: string, unit = 'bars') {
    this.#update = stream.isTTY ? createLogUpdate(stream) : null
    this.#what = what
    this.#unit = unit
  }

  show(done: number, total: number): void {
    if (this.#update === null) return
    const share = total === 0 ? 1 : done / total
    const full = Math.round(share * WIDTH)
    const seconds = (performance.now() - this.#startedAt) / 1000
    const rate = seconds > 0.5 ? `  ${Math.round(done / seconds)} ${this.#unit}/s` : ''
    this.#update(
      `${this.#what}  ${'█'.repeat(full)}${'░'.repeat(WIDTH - full)}  ${Math.floor(share * 100)}%  ${done}/${total} ${this.#unit}${rate}`,
    )
  }

  [Symbol.dispose](): void {
    this.#update?.clear()
    this.#update?.done()
  }
}
