import type { Fill, VenueKey } from '@portolan/core'
import { fillTwice } from '../refusals.ts'
import type { AccountKey, FillBooking, PositionRow, Scope, StoredFill } from '../store.ts'

/** Fills, each once an account. */
export class MemoryFills {
  readonly #booked = new Map<string, Set<string>>()
  readonly #byPosition = new Map<string, StoredFill[]>()

  /** @throws {StoreError} when a fill is in one booking twice */
  anyBooked({ scope, venue, label }: AccountKey, bookings: readonly FillBooking[]): boolean {
    const booked = this.#booked.get(accountKey(scope, venue, label))
    for (const { fills } of bookings) {
      const ids = new Set<string>()
      for (const { id } of fills) {
        if (ids.has(id)) throw fillTwice(id)
        ids.add(id)
      }
    }
    return bookings.some(({ fills }) => fills.some((fill) => booked?.has(fill.id)))
  }

  book(position: PositionRow, intentId: string | null, fills: readonly Fill[]): void {
    const { scope, venue, label } = position
    const account = accountKey(scope, venue, label)
    const booked = this.#booked.get(account) ?? new Set<string>()
    const mine = this.#byPosition.get(position.id) ?? []
    for (const fill of fills) {
      booked.add(fill.id)
      mine.push({ ...fill, positionId: position.id, intentId, venue, label, scope })
    }
    this.#booked.set(account, booked)
    this.#byPosition.set(position.id, mine)
  }

  bookedIds(scope: Scope, venue: VenueKey, label: string, ids: readonly string[]): ReadonlySet<string> {
    const booked = this.#booked.get(accountKey(scope, venue, label))
    return new Set(ids.filter((id) => booked?.has(id)))
  }

  of(positionId: string): readonly StoredFill[] {
    return [...(this.#byPosition.get(positionId) ?? [])].sort((a, b) => a.at - b.at)
  }
}

function accountKey(scope: Scope, venue: VenueKey, label: string): string {
  return JSON.stringify([scope, venue, label])
}
