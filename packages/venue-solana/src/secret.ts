import { inspect } from 'node:util'

const MASK = '[secret]'

/** A text that shows itself to nobody who does not ask for it: a log line, an error or JSON with a secret in it says `[secret]`. */
export class Secret {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  /** The text itself, for the one header that needs it. */
  reveal(): string {
    return this.#text
  }

  toString(): string {
    return MASK
  }

  toJSON(): string {
    return MASK
  }

  [inspect.custom](): string {
    return MASK
  }
}
