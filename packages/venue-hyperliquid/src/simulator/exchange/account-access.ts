import { Decimal } from 'decimal.js'
import type { Account } from '../engine/account.ts'
import { newAccount } from '../engine/account.ts'
import type { AccountBook } from '../engine/account-book.ts'
import { BUILDER_DEXES } from '../market/builder-dexes.ts'

/** Who gets money: everybody the moment they are seen, nobody, or these addresses (USD each). */
export type FundPolicy =
  | { readonly kind: 'first-sight'; readonly usd: number; readonly dexUsd: number }
  | { readonly kind: 'listed'; readonly usd: Readonly<Record<string, number>>; readonly dexUsd: number }

/** Finds accounts by address and opens them as the policy says. */
export class AccountAccess {
  readonly accounts: AccountBook
  readonly #policy: FundPolicy

  constructor(accounts: AccountBook, policy: FundPolicy) {
    this.accounts = accounts
    this.#policy = policy
  }

  /** Opens the listed accounts that do not exist yet (after a restored state). */
  openListed(): void {
    if (this.#policy.kind !== 'listed') return
    for (const [address, usd] of Object.entries(this.#policy.usd)) {
      if (this.accounts.find(address) === undefined) this.accounts.add(this.#funded(address, usd))
    }
  }

  /** An address that somebody names in a query or a subscription. It settles an account that still has two candidates. */
  mention(address: string): Account | undefined {
    const known = this.accounts.find(address)
    if (known !== undefined) {
      this.accounts.settle(known, address)
      return known
    }
    const isAgent = this.accounts.findAgent(address) ?? this.accounts.findFormerAgent(address)
    if (this.#policy.kind !== 'first-sight' || isAgent !== undefined) return undefined
    return this.accounts.add(this.#funded(address, this.#policy.usd))
  }

  /** Opens an empty account whatever the policy says; `undefined` when the address is an agent's. */
  grant(address: string): Account | undefined {
    const isAgent = this.accounts.findAgent(address) ?? this.accounts.findFormerAgent(address)
    return isAgent === undefined ? this.accounts.add(newAccount(address, 0)) : undefined
  }

  /** Opens an account for a signer of whom only the possible addresses are known; `undefined` when the policy does not allow it. */
  open(candidates: readonly string[]): Account | undefined {
    const [address, alias] = candidates
    if (this.#policy.kind !== 'first-sight' || address === undefined) return undefined
    const account = this.#funded(address, this.#policy.usd)
    account.alias = alias ?? null
    return this.accounts.add(account)
  }

  #funded(address: string, usd: number): Account {
    const account = newAccount(address, usd)
    for (const { name } of BUILDER_DEXES) account.pools.set(name, new Decimal(this.#policy.dexUsd))
    return account
  }
}
