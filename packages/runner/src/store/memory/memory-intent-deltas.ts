import type { Interval } from '@portolan/core'
import type { IntentDeltaKey, IntentDeltaRow, NewIntentDelta, PastIntentDelta, Scope } from '../store.ts'

/** Intent deltas of a MemoryStore, with those of the past. */
export class MemoryIntentDeltas {
  readonly #now: () => number
  #rows: PastIntentDelta[] = []

  constructor(now: () => number) {
    this.#now = now
  }

  set(delta: NewIntentDelta): void {
    this.clear(delta)
    this.#rows.push({ ...delta, createdAt: this.#now(), endedAt: null })
  }

  clear(of: IntentDeltaKey): boolean {
    let cleared = false
    this.#rows = this.#rows.map((row) => {
      if (row.endedAt !== null || keyOf(row) !== keyOf(of)) return row
      cleared = true
      return { ...row, endedAt: this.#now() }
    })
    return cleared
  }

  of(scope: Scope): readonly IntentDeltaRow[] {
    const rows = this.#rows.filter((row) => row.scope === scope && row.endedAt === null)
    rows.sort((a, b) => a.createdAt - b.createdAt || (keyOf(a) < keyOf(b) ? -1 : 1))
    return rows.map(({ endedAt: _ended, ...row }) => row)
  }

  past(scope: Scope, { from, to }: Interval): readonly PastIntentDelta[] {
    const rows = this.#rows.filter(
      (row) =>
        row.scope === scope &&
        row.createdAt < to &&
        Math.min(row.expiresAt, row.endedAt ?? Number.POSITIVE_INFINITY) > from,
    )
    return rows.toSorted((a, b) => a.createdAt - b.createdAt)
  }
}

function keyOf({ scope, venue, instrument }: IntentDeltaKey): string {
  return JSON.stringify([scope, venue, instrument])
}
