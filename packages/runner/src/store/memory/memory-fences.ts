import { accountName } from '../ledger.ts'
import { LocalClaims } from '../local-claims.ts'
import { fencedOff, otherAccount } from '../refusals.ts'
import { isSameAccount } from '../same-account.ts'
import type { AccountKey, Claim, Fence } from '../store.ts'

/** Who may write the books of which account of a MemoryStore. */
export class MemoryFences {
  readonly #locks = new LocalClaims('the store in memory')
  readonly #newest = new Map<string, number>()

  claim(account: AccountKey): Claim {
    const { scope, venue, label } = account
    const name = accountName(account)
    const lock = this.#locks.lock(name)
    const token = (this.#newest.get(name) ?? 0) + 1
    this.#newest.set(name, token)
    return { ...lock, fence: { scope, venue, label, token } }
  }

  /** @throws {StoreError} `fenced` unless the fence is that of the newest claim of this account */
  hold(fence: Fence | null | undefined, account: AccountKey): void {
    if (fence == null) return
    if (!isSameAccount(fence, account)) throw otherAccount(fence)
    if (this.#newest.get(accountName(account)) !== fence.token) throw fencedOff(fence)
  }
}
