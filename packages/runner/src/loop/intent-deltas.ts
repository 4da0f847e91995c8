import type { IntentDeltaRow, PositionRow, Scope, Store } from '../store/store.ts'

/** The opinions from outside, as they were read last. Whether one has expired is for whoever counts it. */
export class IntentDeltas {
  #rows: ReadonlyMap<string, IntentDeltaRow> = new Map()

  /** Rejects when they cannot be read; those known then stay. */
  async read(store: Store, scopes: Iterable<Scope>): Promise<void> {
    const rows = await Promise.all([...scopes].map((scope) => store.intentDeltas(scope)))
    this.#rows = new Map(rows.flat().map((row) => [keyOf(row), row]))
  }

  of(position: Pick<PositionRow, 'scope' | 'venue' | 'instrument'>): IntentDeltaRow | null {
    return this.#rows.get(keyOf(position)) ?? null
  }
}

function keyOf({ scope, venue, instrument }: Pick<PositionRow, 'scope' | 'venue' | 'instrument'>): string {
  return JSON.stringify([scope, venue, instrument])
}
