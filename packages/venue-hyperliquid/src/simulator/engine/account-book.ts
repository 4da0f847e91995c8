import type { Account, Agent } from './account.ts'

/** All accounts by address: their own, a candidate while it is unsettled, and the agents that may sign for them. */
export class AccountBook {
  readonly #accounts = new Map<string, Account>()
  readonly #aliases = new Map<string, Account>()

  all(): IterableIterator<Account> {
    return this.#accounts.values()
  }

  add(account: Account): Account {
    this.#accounts.set(account.address, account)
    if (account.alias !== null) this.#aliases.set(account.alias, account)
    return account
  }

  /** The account at an address; an unsettled one also under its second candidate. Agents are no accounts. */
  find(address: string): Account | undefined {
    const key = address.toLowerCase()
    return this.#accounts.get(key) ?? this.#aliases.get(key)
  }

  /** The account whose agent this address is, with the agent. */
  findAgent(address: string): { readonly account: Account; readonly agent: Agent } | undefined {
    const key = address.toLowerCase()
    for (const account of this.#accounts.values()) {
      const agent = account.agents.find((candidate) => candidate.address === key)
      if (agent !== undefined) return { account, agent }
    }
    return undefined
  }

  /** The account whose agent this address once was, and how it ceased to be. */
  findFormerAgent(address: string): { readonly account: Account; readonly end: 'replaced' | 'removed' } | undefined {
    const key = address.toLowerCase()
    for (const account of this.#accounts.values()) {
      const end = account.formerAgents.get(key)
      if (end !== undefined) return { account, end }
    }
    return undefined
  }

  /** The address was seen again, so it is the true one of the two. */
  settle(account: Account, address: string): void {
    if (account.alias === null) return
    const key = address.toLowerCase()
    this.#accounts.delete(account.address)
    this.#aliases.delete(account.alias)
    account.address = key
    account.alias = null
    this.#accounts.set(key, account)
  }

  subAccounts(master: Account): Account[] {
    return [...this.#accounts.values()].filter((account) => account.master === master.address)
  }
}
