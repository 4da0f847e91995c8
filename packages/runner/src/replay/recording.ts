import type { BarQuery, Scope, SeriesRef, Store } from '../store/store.ts'

/** What a replay asks of the store that recorded: it reads, and changes nothing. */
export type Recording = Pick<Store, 'bars' | 'trades' | 'pastIntentDeltas'>

/**
 * Reads a recording one question after the other, in the order in which they were asked: whatever the database, the answers come in the same order, and two
 * replays are alike.
 */
export class OrderedReads implements Recording {
  readonly #recording: Recording
  #tail: Promise<unknown> = Promise.resolve()
  #waiting = 0
  #failure: { readonly error: unknown } | null = null

  constructor(recording: Recording) {
    this.#recording = recording
  }

  bars(query: BarQuery) {
    return this.#next(() => this.#recording.bars(query))
  }

  trades(series: SeriesRef, from: number, to: number) {
    return this.#next(() => this.#recording.trades(series, from, to))
  }

  pastIntentDeltas(scope: Scope, from: number, to: number) {
    return this.#next(() => this.#recording.pastIntentDeltas(scope, from, to))
  }

  /**
   * Waits for what is being read; `false` when nothing was. Rejects when a read failed: the loop would ask again later, in a time that stands still.
   */
  async rest(): Promise<boolean> {
    const busy = this.#waiting > 0
    await this.#tail
    if (this.#failure !== null) throw this.#failure.error
    return busy
  }

  #next<T>(read: () => Promise<T>): Promise<T> {
    this.#waiting += 1
    const answer = this.#tail.then(read)
    this.#tail = answer
      .catch((error: unknown) => {
        this.#failure ??= { error }
      })
      .finally(() => {
        this.#waiting -= 1
      })
    return answer
  }
}
