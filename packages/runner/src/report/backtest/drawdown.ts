/** The deepest fall of an equity curve from a peak before it. */
export interface Drawdown {
  /** USD, at or above 0. */
  readonly usd: number
  /** Of the peak, in [0, 1] for an equity that stays above 0. */
  readonly share: number
  /** When the peak and the bottom were, ms; `null` without any fall. */
  readonly from: number | null
  readonly to: number | null
}

/** Finds the deepest drawdown, by share of the peak, of a curve told point by point. */
export class DrawdownTracker {
  #peak = Number.NEGATIVE_INFINITY
  #peakAt = 0
  #worst: Drawdown = { usd: 0, share: 0, from: null, to: null }

  add(at: number, equityUsd: number): void {
    if (equityUsd >= this.#peak) {
      this.#peak = equityUsd
      this.#peakAt = at
      return
    }
    const usd = this.#peak - equityUsd
    const share = this.#peak > 0 ? usd / this.#peak : 1
    if (share > this.#worst.share) this.#worst = { usd, share, from: this.#peakAt, to: at }
  }

  get worst(): Drawdown {
    return this.#worst
  }
}
