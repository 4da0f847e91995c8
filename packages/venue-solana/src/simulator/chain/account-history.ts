import type { Address } from '@solana/kit'
import type { AccountState } from './account-state.ts'

/** Slots for which the past of an account can be read: deeper than any commitment and lag. */
const DEPTH = 512

/** The recent past of accounts that changed, so that a commitment or a node that lags sees what it should. */
export class AccountHistory {
  /** Slots in which anything changed: most questions are about quiet ones. */
  readonly #changed = new Set<number>()
  readonly #versions = new Map<Address, { slot: number; state: AccountState | undefined }[]>()

  /** An account changed in a slot. */
  record(address: Address, slot: number, before: AccountState | undefined, after: AccountState | undefined): void {
    this.#changed.add(slot)
    const versions = this.#versions.get(address) ?? [{ slot: 0, state: before }]
    const last = versions.at(-1)
    if (last?.slot === slot) last.state = after
    else versions.push({ slot, state: after })
    const keep = versions.findLastIndex((version) => version.slot <= slot - DEPTH)
    this.#versions.set(address, keep > 0 ? versions.slice(keep) : versions)
  }

  /** The account as it was at the end of a slot; `current` is given back when nothing is known to have changed. */
  at(address: Address, slot: number, current: () => AccountState | undefined): AccountState | undefined {
    const versions = this.#versions.get(address)
    if (versions === undefined || (versions.at(-1)?.slot ?? 0) <= slot) return current()
    return versions.findLast((version) => version.slot <= slot)?.state
  }

  /** Addresses that changed in a slot. */
  changedIn(slot: number): Address[] {
    if (!this.#changed.has(slot)) return []
    return [...this.#versions].flatMap(([address, versions]) =>
      versions.some((version) => version.slot === slot) ? [address] : [],
    )
  }
}
