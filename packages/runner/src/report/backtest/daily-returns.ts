const DAY_MS = 86_400_000

/** Markets that trade every day. */
const DAYS_A_YEAR = 365

/** Returns per day of an equity curve told point by point, UTC days, and the usual ratios over them. */
export class DailyReturns {
  readonly #returns: number[] = []
  #day: number | null = null
  #before: number
  #last: number

  /** @param startUsd equity before the first point. */
  constructor(startUsd: number) {
    this.#before = startUsd
    this.#last = startUsd
  }

  add(at: number, equityUsd: number): void {
    const day = Math.floor(at / DAY_MS)
    if (this.#day !== null && day !== this.#day) {
      this.#close()
      // Days without a bar had no change.
      for (let missing = this.#day + 1; missing < day; missing += 1) this.#returns.push(0)
    }
    this.#day = day
    this.#last = equityUsd
  }

  /** Mean over deviation of the daily returns, a year's, without a risk-free rate; `null` for fewer than 2 days or no movement. */
  sharpe(): number | null {
    return this.#ratio((value) => value, true)
  }

  /** As {@link DailyReturns.sharpe}, with the deviation of losses alone. */
  sortino(): number | null {
    return this.#ratio((value) => Math.min(0, value), false)
  }

  #ratio(part: (value: number) => number, aroundMean: boolean): number | null {
    const returns = this.#day === null ? this.#returns : [...this.#returns, this.#dayReturn()]
    if (returns.length < 2) return null
    const mean = returns.reduce((sum, value) => sum + value, 0) / returns.length
    const squares = returns.reduce((sum, value) => sum + (part(value) - (aroundMean ? mean : 0)) ** 2, 0)
    const deviation = Math.sqrt(squares / returns.length)
    return deviation > 1e-12 ? (mean / deviation) * Math.sqrt(DAYS_A_YEAR) : null
  }

  #close(): void {
    this.#returns.push(this.#dayReturn())
    this.#before = this.#last
  }

  #dayReturn(): number {
    return this.#before > 0 ? this.#last / this.#before - 1 : 0
  }
}
