import { chargeTwice } from '../refusals.ts'
import type { AccountKey, ChargeKind, FillBooking, NewCharge, PositionRow, StoredCharge } from '../store.ts'

/** Charges of a MemoryStore, each once an account. */
export class MemoryCharges {
  readonly #booked = new Set<string>()
  readonly #byPosition = new Map<string, StoredCharge[]>()

  /** @throws {StoreError} when a charge is in one booking twice */
  anyBooked(account: AccountKey, bookings: readonly FillBooking[]): boolean {
    for (const { charges = [] } of bookings) {
      const keys = new Set(charges.map((charge) => keyOf(account, charge)))
      const twice = charges.find((charge, index) => charges.findIndex((one) => sameCharge(one, charge)) < index)
      if (twice !== undefined) throw chargeTwice(twice.id)
      for (const key of keys) if (this.#booked.has(key)) return true
    }
    return false
  }

  book(position: PositionRow, charges: readonly NewCharge[]): void {
    const { id: positionId, scope, venue, label } = position
    const mine = this.#byPosition.get(positionId) ?? []
    for (const charge of charges) {
      this.#booked.add(keyOf(position, charge))
      mine.push({ ...charge, positionId, scope, venue, label })
    }
    this.#byPosition.set(positionId, mine)
  }

  bookedIds(account: AccountKey, kind: ChargeKind, ids: readonly string[]): ReadonlySet<string> {
    return new Set(ids.filter((id) => this.#booked.has(keyOf(account, { kind, id }))))
  }

  of(positionId: string): readonly StoredCharge[] {
    return [...(this.#byPosition.get(positionId) ?? [])].sort((a, b) => a.at - b.at)
  }
}

function sameCharge(a: Pick<NewCharge, 'kind' | 'id'>, b: Pick<NewCharge, 'kind' | 'id'>): boolean {
  return a.kind === b.kind && a.id === b.id
}

function keyOf({ scope, venue, label }: AccountKey, { kind, id }: Pick<NewCharge, 'kind' | 'id'>): string {
  return JSON.stringify([scope, venue, label, kind, id])
}
