import { fencedOff, otherAccount } from '../refusals.ts'
import type { AccountKey, Fence } from '../store.ts'
import type { AccountColumns } from './account-columns.ts'
import { accountColumns } from './account-columns.ts'
import type { Db } from './rows.ts'

/** Gives the next token of an account. Waits for writes that hold the last one. */
export async function nextToken(db: Db, account: AccountKey, at: number): Promise<number> {
  const { token } = await db
    .insertInto('fences')
    .values({ ...accountColumns(account), token: 1, claimed_at: at })
    .onConflict((conflict) =>
      conflict
        .columns(['scope', 'token_chain', 'book_id', 'label'])
        .doUpdateSet((set) => ({ token: set('fences.token', '+', 1), claimed_at: at })),
    )
    .returning('token')
    .executeTakeFirstOrThrow()
  return token
}

/**
 * Makes sure until the end of the transaction that the fence is that of the newest claim of the account that is written.
 * @throws {StoreError} `fenced`
 */
export async function holdFence(trx: Db, fence: Fence | null | undefined, written: AccountColumns): Promise<void> {
  if (fence == null) return
  const own = accountColumns(fence)
  const { scope, token_chain, book_id, label } = written
  if (own.scope !== scope || own.token_chain !== token_chain || own.book_id !== book_id || own.label !== label) {
    throw otherAccount(fence)
  }
  const row = await trx
    .selectFrom('fences')
    .select('token')
    .where((where) => where.and({ ...own }))
    .forShare()
    .executeTakeFirst()
  if (row?.token !== fence.token) throw fencedOff(fence)
}
