import { claimedAlready } from './refusals.ts'

/** A name that this process holds alone. Disposing gives it back. */
export interface Lock extends AsyncDisposable {
  /** Aborted when it may be another's by now. */
  readonly lost: AbortSignal
}

/** The locks on a store that no other process can open. */
export class LocalClaims {
  readonly #place: string
  readonly #names = new Set<string>()

  constructor(place: string) {
    this.#place = place
  }

  lock(name: string): Lock {
    if (this.#names.has(name)) throw claimedAlready(name, this.#place)
    this.#names.add(name)
    let held = true
    return {
      lost: new AbortController().signal,
      [Symbol.asyncDispose]: async () => {
        if (held) this.#names.delete(name)
        held = false
      },
    }
  }
}
