/** How fast the mean forgets. */
const WEIGHT = 0.1
/** How much of the longest pause is remembered after each trade: about half of it after 35. */
const KEPT = 0.98
/** A silence of so many mean pauses is unusual (by chance one in 3000, if trades were independent), ... */
const MEANS = 8
/** ... and so is one of so many times the longest pause of late: trades come in bursts. */
const LONGEST = 3
const MOST_EXCUSES = 4

/** Bounds of what is waited for, ms. */
export interface SilenceBounds {
  readonly silenceMinMs: number
  readonly silenceMaxMs: number
}

/** How often an instrument trades, learned from its trades: the measure of when its silence is odd. */
export class Cadence {
  #lastTs: number | null = null
  #mean: number | null = null
  #longest = 0
  #excuses = 0
  readonly #means: number

  /** @param means how many mean pauses a silence may last; less for what comes at regular times. */
  constructor(means: number = MEANS) {
    this.#means = means
  }

  /** A trade, by venue time in ms. Those before the latest tell nothing. */
  observe(ts: number): void {
    const last = this.#lastTs
    if (last !== null && ts <= last) return
    this.#lastTs = ts
    this.#excuses = 0
    if (last === null) return
    const pause = ts - last
    this.#mean = this.#mean === null ? pause : this.#mean + WEIGHT * (pause - this.#mean)
    this.#longest = Math.max(pause, this.#longest * KEPT)
  }

  /** Trades are missing between the latest and the next one: the time between them is no pause. */
  interrupt(): void {
    this.#lastTs = null
  }

  /** The silence was looked into and was none of the stream's: it is waited for twice as long until something trades again. */
  excuse(): void {
    this.#excuses = Math.min(this.#excuses + 1, MOST_EXCUSES)
  }

  /** How long a silence may last before it is looked into, ms. */
  patienceMs({ silenceMinMs, silenceMaxMs }: SilenceBounds): number {
    const usual = this.#mean === null ? silenceMaxMs : Math.max(this.#means * this.#mean, LONGEST * this.#longest)
    return Math.min(Math.max(usual, silenceMinMs), silenceMaxMs) * 2 ** this.#excuses
  }
}
