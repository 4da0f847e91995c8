import type { Account, Fill, Logger, VenueKey } from '@portolan/core'
import type { Scope, Store } from '../store/store.ts'

/** Hands a fill to the order it belongs to. `false`: no order of ours. */
export type RouteFill = (fill: Fill) => Promise<boolean>

/**
 * Reads the fills of one account from a cursor that is kept in the store. The cursor moves only after every fill read has been handed on, so
 * that a crash leads to reading again, and the ledger books each fill once.
 */
export class AccountFills {
  readonly #account: Account
  readonly #store: Store
  readonly #where: { readonly scope: Scope; readonly venue: VenueKey; readonly label: string }
  readonly #route: RouteFill
  readonly #logger: Logger
  readonly #reported = new Set<string>()
  #cursor: string | null | undefined
  #reading: Promise<void> = Promise.resolve()

  constructor(options: {
    readonly account: Account
    readonly store: Store
    readonly where: { readonly scope: Scope; readonly venue: VenueKey; readonly label: string }
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
    const { fills, cursor } = await this.#account.fills(reach === 'new' ? this.#cursor : null, signal)
    // What was there before the first run is not worth a word.
    if (this.#cursor === null) for (const fill of fills) this.#reported.add(fill.id)
    await this.deliver(fills)
    if (cursor !== this.#cursor) {
      await this.#store.saveCursor(scope, venue, label, 'fills', cursor)
      this.#cursor = cursor
    }
  }

  /** Hands on fills that are not booked yet, however they were learned of. */
  async deliver(fills: readonly Fill[]): Promise<void> {
    if (fills.length === 0) return
    const { scope, venue, label } = this.#where
    const ids = fills.map((fill) => fill.id)
    const booked = await this.#store.bookedFillIds(scope, venue, label, ids)
    for (const fill of fills) {
      if (!booked.has(fill.id) && !(await this.#route(fill))) this.#report(fill)
    }
  }

  /** Fills that are not ours are seen and said once, never touched. */
  #report(fill: Fill): void {
    if (this.#reported.has(fill.id)) return
    this.#reported.add(fill.id)
    this.#logger.info('a fill on the account belongs to no order of this runner', {
      fill: fill.id,
      instrument: fill.instrument,
      side: fill.side,
      quantity: fill.quantity,
      price: fill.price,
    })
  }
}
