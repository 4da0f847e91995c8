/**
 * Counts work in progress, so that a backtest can wait until the loop has come to rest before it moves the clock.
 * Waiting for time or for the venue to speak is not work.
 */
export class Activity {
  #running = 0
  #resting: (() => void)[] = []

  begin(): void {
    this.#running += 1
  }

  end(): void {
    this.#running -= 1
    if (this.#running > 0) return
    const resting = this.#resting
    this.#resting = []
    for (const resolve of resting) resolve()
  }

  async during<T>(work: () => Promise<T>): Promise<T> {
    this.begin()
    try {
      return await work()
    } finally {
      this.end()
    }
  }

  /** Resolves when nothing runs. */
  async idle(): Promise<void> {
    while (this.#running > 0) {
      await new Promise<void>((resolve) => this.#resting.push(resolve))
    }
  }
}
