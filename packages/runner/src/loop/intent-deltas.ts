import type { PastIntentDelta, PositionRow, Scope, Store } from '../store/store.ts'

/** How far back those of the past are kept in mind, ms: longer than the bar that is decided on next. */
const REACH_MS = 2 * 86_400_000

export interface IntentDeltasOptions {
  readonly store: Pick<Store, 'pastIntentDeltas'>
  readonly scopes: () => Iterable<Scope>
  readonly now: () => number
  /** In the place of the store's: what was set while a recording was made. */
  readonly recorded?: readonly PastIntentDelta[]
}

/**
 * The opinions from outside. One counts for a bar that ends while it stands: set before that moment, and neither expired, replaced nor cleared before it.
 * So a decision depends on the bar and not on when it was computed, and a replay of the recording takes the same.
 */
export class IntentDeltas {
  readonly #options: IntentDeltasOptions
  #rows: ReadonlyMap<string, readonly PastIntentDelta[]> = new Map()
  /** When those were met that were set by a clock ahead of this one, ms. */
  readonly #met = new Map<string, number>()
  #running: Promise<void> | null = null
  #next: Promise<void> | null = null

  constructor(options: IntentDeltasOptions) {
    this.#options = options
    if (options.recorded !== undefined) this.#keep(options.recorded)
  }

  /** Reads what others have set until now. Rejects when it cannot be read; those known then stay. */
  read(): Promise<void> {
    if (this.#options.recorded !== undefined) return Promise.resolve()
    if (this.#next !== null) return this.#next
    const start = async (): Promise<void> => {
      // One that began before this call may not know what was set since.
      await this.#running?.catch(() => undefined)
      this.#next = null
      this.#running = this.#read()
      return this.#running
    }
    this.#next = start()
    return this.#next
  }

  /** What counts for a position on a bar that ends at a time, ms. */
  of(position: Pick<PositionRow, 'scope' | 'venue' | 'instrument'>, barEnd: number): PastIntentDelta | null {
    const rows = this.#rows.get(keyOf(position)) ?? []
    return (
      rows.findLast(
        (row) =>
          this.#setAt(row) < barEnd && barEnd <= (row.endedAt ?? Number.POSITIVE_INFINITY) && barEnd < row.expiresAt,
      ) ?? null
    )
  }

  async #read(): Promise<void> {
    const { store, scopes, now } = this.#options
    const from = now() - REACH_MS
    const all = [...scopes()].map((scope) => store.pastIntentDeltas(scope, from, Number.MAX_SAFE_INTEGER))
    const rows = (await Promise.all(all)).flat()
    for (const row of rows) {
      const id = idOf(row)
      if (row.createdAt > now() && !this.#met.has(id)) this.#met.set(id, now())
    }
    this.#keep(rows)
  }

  #keep(rows: readonly PastIntentDelta[]): void {
    this.#rows = Map.groupBy(rows, keyOf)
  }

  /** Another process may set one by a clock that is ahead of this run's. */
  #setAt(row: PastIntentDelta): number {
    return this.#met.get(idOf(row)) ?? row.createdAt
  }
}

function keyOf({ scope, venue, instrument }: Pick<PositionRow, 'scope' | 'venue' | 'instrument'>): string {
  return JSON.stringify([scope, venue, instrument])
}

function idOf(row: PastIntentDelta): string {
  return `${row.createdAt} ${keyOf(row)}`
}
