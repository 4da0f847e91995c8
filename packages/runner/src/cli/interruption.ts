import { CommandError } from './command-error.ts'

/** Exit code of a program that was ended by Ctrl-C. */
const EXIT_INTERRUPTED = 130

/** One Ctrl-C can arrive twice: from the terminal and once more from the package manager that started us, ms. */
const SAME_PRESS_MS = 400

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Ctrl-C, SIGTERM and a closed terminal: the first asks for a clean end through `signal`, the second ends the process at once. Until it is disposed.
 */
export class Interruption implements Disposable {
  readonly #controller = new AbortController()
  #firstAt = Number.NEGATIVE_INFINITY
  readonly #onSignal = (name: NodeJS.Signals): void => {
    const now = performance.now()
    if (this.#controller.signal.aborted) {
      if (now - this.#firstAt > SAME_PRESS_MS) process.exit(EXIT_INTERRUPTED)
      return
    }
    this.#firstAt = now
    this.#controller.abort(new CommandError(`Interrupted by ${name}`))
  }

  constructor() {
    for (const name of SIGNALS) process.on(name, this.#onSignal)
  }

  /** Aborted by the first signal. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** Asks for a clean end as a signal would. */
  end(): void {
    this.#controller.abort(new CommandError('Ended'))
  }

  /** Resolves when the end is asked for. */
  ended(): Promise<void> {
    const { signal } = this.#controller
    return new Promise((resolve) => {
      if (signal.aborted) resolve()
      else signal.addEventListener('abort', () => resolve(), { once: true })
    })
  }

  [Symbol.dispose](): void {
    for (const name of SIGNALS) process.off(name, this.#onSignal)
  }
}
