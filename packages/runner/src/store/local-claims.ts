import { claimedAlready } from './refusals.ts'
import type { Claim } from './store.ts'

/** The claims on a store that no other process can open. */
export class LocalClaims {
  readonly #place: string
  readonly #names = new Set<string>()

  constructor(place: string) {
    this.#place = place
  }

  claim(name: string): Claim {
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
