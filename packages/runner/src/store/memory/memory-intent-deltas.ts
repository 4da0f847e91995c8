import type { IntentDeltaKey, IntentDeltaRow, NewIntentDelta, Scope } from '../store.ts'

/** Intent deltas of a MemoryStore. */
export class MemoryIntentDeltas {
  readonly #now: () => number
  readonly #rows = new Map<string, IntentDeltaRow>()

  constructor(now: () => number) {
    this.#now = now
  }

  set(delta: NewIntentDelta): void {
    this.#rows.set(key(delta), { ...delta, createdAt: this.#now() })
  }

  clear(of: IntentDeltaKey): boolean {
    return this.#rows.delete(key(of))
  }

  of(scope: Scope): readonly IntentDeltaRow[] {
    const rows = [...this.#rows.entries()].filter(([, row]) => row.scope === scope)
    return rows.sort(([a, x], [b, y]) => x.createdAt - y.createdAt || (a < b ? -1 : 1)).map(([, row]) => row)
  }
}

function key({ scope, venue, instrument }: IntentDeltaKey): string {
  return JSON.stringify([scope, venue, instrument])
}
