import type { Address } from '@solana/kit'
import type { Pool } from '../market/pool.ts'
import type { AccountState } from './account-state.ts'
import type { SavedPoolEvent } from './journal.ts'
import { decodeTokenAccount, withAmount } from './token-layout.ts'

/** The pools' token accounts: what is in them follows from the pools' reserves, slot by slot. */
export class Vaults {
  readonly #vaults = new Map<Address, { readonly pool: Pool; readonly side: 'base' | 'quote' }>()

  constructor(pools: readonly Pool[]) {
    for (const pool of pools) {
      this.#vaults.set(pool.baseVault, { pool, side: 'base' })
      this.#vaults.set(pool.quoteVault, { pool, side: 'quote' })
    }
  }

  get addresses(): Iterable<Address> {
    return this.#vaults.keys()
  }

  /** An account as it is in a slot; accounts that are no vaults stay as they are. */
  at(address: Address, state: AccountState | undefined, slot: number): AccountState | undefined {
    const vault = this.#vaults.get(address)
    if (vault === undefined || state === undefined) return state
    return withAmount(state, vault.pool.reservesAt(slot)[vault.side])
  }

  /** The marks that swaps leave on the pools whose vaults they changed. */
  marks(
    changed: readonly Address[],
    slot: number,
    read: (address: Address) => AccountState | undefined,
  ): SavedPoolEvent[] {
    const amount = (vault: Address) => String(decodeTokenAccount(read(vault))?.amount ?? 0n)
    const pools = new Set(changed.flatMap((address) => this.#vaults.get(address)?.pool ?? []))
    return [...pools].map((pool) => ({
      symbol: pool.token.symbol,
      event: { kind: 'mark', slot, base: amount(pool.baseVault), quote: amount(pool.quoteVault) },
    }))
  }
}
