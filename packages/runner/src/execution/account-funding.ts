import type { Account, FundingPayment } from '@portolan/core'
import type { AccountKey, Store } from '../store/store.ts'

/** How often payments are read, ms by the runner's clock: venues pay by the hour. */
const READ_EVERY_MS = 3_600_000

/** Books a payment, once. Rejects when the store cannot take it. */
export type BookFunding = (payment: FundingPayment) => Promise<void>

/** Reads the funding payments of one account from a cursor that is kept in the store, as `AccountFills` does with fills. */
export class AccountFunding {
  readonly #account: Required<Pick<Account, 'funding'>>
  readonly #store: Store
  readonly #where: AccountKey
  readonly #book: BookFunding
  #cursor: string | null | undefined
  #readAt: number | null = null

  constructor(options: {
    readonly account: Required<Pick<Account, 'funding'>>
    readonly store: Store
    readonly where: AccountKey
    readonly book: BookFunding
  }) {
    this.#account = options.account
    this.#store = options.store
    this.#where = options.where
    this.#book = options.book
  }

  /** Something may have been missed: the next one that is asked to read does. */
  distrust(): void {
    this.#readAt = null
  }

  /** Reads what is new when an hour has passed since the last time, or something may have been missed. Rejects when the read fails. */
  async readWhenDue(now: number, signal: AbortSignal): Promise<void> {
    if (this.#readAt !== null && now - this.#readAt < READ_EVERY_MS) return
    const { scope, venue, label } = this.#where
    this.#cursor ??= await this.#store.cursor(scope, venue, label, 'funding')
    const { payments, cursor } = await this.#account.funding(this.#cursor, signal)
    await this.deliver(payments)
    if (cursor !== this.#cursor) {
      await this.#store.saveCursor(scope, venue, label, 'funding', cursor)
      this.#cursor = cursor
    }
    this.#readAt = now
  }

  /** Books payments that are not booked yet, however they were learned of. */
  async deliver(payments: readonly FundingPayment[]): Promise<void> {
    if (payments.length === 0) return
    const ids = payments.map(({ id }) => id)
    const booked = await this.#store.bookedChargeIds(this.#where, 'funding', ids)
    for (const payment of payments) if (!booked.has(payment.id)) await this.#book(payment)
  }
}
