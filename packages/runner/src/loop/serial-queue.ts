import type { Activity } from './activity.ts'

/** Runs tasks one after the other. A task that throws is reported and does not stop the next. */
export class SerialQueue {
  readonly #activity: Activity
  readonly #onError: (error: unknown) => void
  #tail: Promise<void> = Promise.resolve()

  constructor(activity: Activity, onError: (error: unknown) => void) {
    this.#activity = activity
    this.#onError = onError
  }

  /** Resolves when the task has run. Never rejects. */
  push(task: () => Promise<void>): Promise<void> {
    this.#activity.begin()
    this.#tail = this.#tail
      .then(task)
      .catch(this.#onError)
      .finally(() => this.#activity.end())
    return this.#tail
  }
}
