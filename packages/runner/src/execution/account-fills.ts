import type { Account, Fill, Logger } from '@portolan/core'
import type { AccountKey, Store } from '../store/store.ts'

/**
 * What became of a fill. `later`: it cannot be told yet whose it is, so it is read again. `foreign`: it moved nothing of ours, and whoever routed it said so.
 */
export type FillFate = 'booked' | 'later' | 'foreign'

/** Hands a fill on to whom it belongs. `reach` as it was read: what lies far back is never taken for something new. */
export type RouteFill = (fill: Fill, reach: 'new' | 'all') => Promise<FillFate>

/**
 * Reads the fills of one account from a cursor that is kept in the store. The cursor moves only after every fill read has been handed on, so
 * that a crash leads to reading again, and the ledger books each fill once.
 */
export class AccountFills {
  readonly #account: Account
  readonly #store: Store
  readonly #where: AccountKey
  readonly #route: RouteFill
  readonly #logger: Logger
  #cursor: string | null | undefined
  #reading: Promise<void> = Promise.resolve()

  constructor(options: {
    readonly account: Account
    readonly store: Store
    readonly where: AccountKey
    readonly route: RouteFill
    readonly logger: Logger
  }) {
    this.#account = options.account
    this.#store = options.store
    this.#where = options.where
    this.#route = options.route
    this.#logger = options.logger
  }

  /** `new`: since the cursor. `all`: as far back as the venue keeps. Rejects when the read fails: nothing has changed then. */
  read(reach: 'new' | 'all', signal: AbortSignal): Promise<void> {
    const run = this.#reading.then(() => this.#read(reach, signal))
    this.#reading = run.catch(() => undefined)
    return run
  }

  async #read(reach: 'new' | 'all', signal: AbortSignal): Promise<void> {
    const { scope, venue, label } = this.#where
    this.#cursor ??= await this.#store.cursor(scope, venue, label, 'fills')
    // Before the first cursor everything that the venue keeps is from before this runner, save for what its orders did.
    const from = this.#cursor === null ? 'all' : reach
    const { fills, cursor } = await this.#account.fills(reach === 'new' ? this.#cursor : null, signal)
    const isClear = await this.#deliver(fills, from)
    if (cursor !== this.#cursor && isClear) {
      await this.#store.saveCursor(scope, venue, label, 'fills', cursor)
      this.#cursor = cursor
    }
  }

  /** Hands on fills as they happen. */
  async deliver(fills: readonly Fill[]): Promise<void> {
    await this.#deliver(fills, 'new')
  }

  /** Hands on fills that are not booked yet. `false` when one of them has to be read again. */
  async #deliver(fills: readonly Fill[], reach: 'new' | 'all'): Promise<boolean> {
    if (fills.length === 0) return true
    const { scope, venue, label } = this.#where
    const ids = fills.map((fill) => fill.id)
    const booked = await this.#store.bookedFillIds(scope, venue, label, ids)
    let isClear = true
    for (const fill of fills) {
      if (booked.has(fill.id)) continue
      const fate = await this.#route(fill, reach)
      if (fate === 'later') isClear = false
      this.#logger.debug('a fill was seen', { fill: fill.id, fate })
    }
    return isClear
  }
}
