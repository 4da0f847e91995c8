import type { Clock, DecimalString, Fill, FundingPayment, InstrumentId, Logger, PmConfig } from '@portolan/core'
import { allocate, bookFill, bookFunding, decimalFrom, Exact, ZERO } from '@portolan/core'
import type { FillFate } from '../execution/account-fills.ts'
import type { ExternalPolicy } from '../reconciler/index.ts'
import type { AccountKey, Fence, NewCharge, Store } from '../store/store.ts'
import { fillShares, quantityAt } from './account-shares.ts'
import type { PositionActor } from './position-actor.ts'
import type { Draft } from './position-ledger.ts'
import type { PersistentStoreCall } from './retry-store.ts'
import type { StillPosition } from './while-still.ts'
import { whileStill } from './while-still.ts'

export interface AccountBooksDeps {
  readonly account: AccountKey
  readonly store: Store
  readonly fence: () => Fence | null
  readonly persist: PersistentStoreCall
  readonly clock: Clock
  readonly logger: Logger
  readonly config: PmConfig
  readonly external: ExternalPolicy
  /** Positions that trade on this account. */
  readonly actors: () => readonly PositionActor[]
  readonly price: (instrument: InstrumentId) => DecimalString | null
  /** Says something that a person should know. */
  readonly warn: (message: string, fields: Readonly<Record<string, unknown>>) => void
}

/** Since when trades by others are adopted; what was before belongs to nobody here. */
const SINCE = 'external-since'

/** Books what happens to an account without an order of ours: liquidations, funding, and the trades of others as the config says. */
export class AccountBooks {
  readonly #deps: AccountBooksDeps
  readonly #said = new Set<string>()
  #since: number | null = null

  constructor(deps: AccountBooksDeps) {
    this.#deps = deps
  }

  /** Before anything of the account is read: what happened earlier is not adopted. */
  async begin(): Promise<void> {
    if (this.#since !== null) return
    const { account, store, clock } = this.#deps
    const known = await store.cursor(account.scope, account.venue, account.label, SINCE)
    if (known === null) await this.#adoptSince(clock.now())
    else this.#since = Number(known)
  }

  /** A fill of no order of ours. `far`: it may be from long ago. */
  external(fill: Fill, far: boolean): Promise<FillFate> {
    const forced = fill.cause !== undefined && fill.cause !== 'order'
    return forced ? this.#forced(fill, far) : this.#byOthers(fill, far)
  }

  /** Books a payment to the positions that held the instrument when it was made, in proportion, in one transaction. */
  async funding(payment: FundingPayment): Promise<void> {
    const { store, persist, fence, warn, logger } = this.#deps
    const actors = this.#on(payment.instrument)
    const isBooked = await whileStill(actors, async (positions) => {
      const weights = await Promise.all(positions.map((position) => this.#heldAt(position, payment.at)))
      if (weights.every((weight) => weight === ZERO)) return false
      const shares = allocate(payment.amount, weights)
      const drafts = positions.flatMap(({ actor, ledger }, index) => {
        const usd = shares[index] ?? ZERO
        if (weights[index] === ZERO) return []
        const { id, instrument, at } = payment
        const charge: NewCharge = { kind: 'funding', id, instrument, usd, at }
        const draft = ledger.draft(
          (next) => {
            bookFunding(next, usd)
            return { closed: null, excess: ZERO }
          },
          { intentId: null, fills: [] },
          () => [charge],
        )
        return [{ actor, ledger, draft }]
      })
      const bookings = drafts.map(({ draft }) => draft.booking)
      const result = await persist('a funding payment', () => store.bookShares(bookings, fence()))
      await settle(drafts, result)
      return true
    })
    const { id, instrument, amount, at } = payment
    if (isBooked) logger.info('funding', { instrument, amount, at })
    else if (actors.length === 0)
      this.#once(id, () => logger.info('funding of a position that is not ours', { id, instrument, amount }))
    else
      this.#once(id, () =>
        warn(`funding of ${amount} on ${instrument} is not booked: no position held it then`, { id, at }),
      )
  }

  /** Takes over what the venue holds more or less than the ledger. Its fills are known to nobody. */
  async adopt(of: {
    readonly positionId: string
    readonly instrument: InstrumentId
    readonly side: 'buy' | 'sell'
    readonly quantity: DecimalString
    readonly price: DecimalString | null
  }): Promise<void> {
    const { clock, warn, price: priceOf } = this.#deps
    const actor = this.#on(of.instrument).find(({ row }) => row.id === of.positionId)
    const price = of.price ?? priceOf(of.instrument)
    if (actor === undefined || price === null) return
    const { instrument, side, quantity } = of
    const at = clock.now()
    // Whatever brought it about happened before now: its fills, should they ever come, are these.
    await this.#adoptSince(at)
    const name = `adopted-${instrument}-${at}`
    const fee = { in: 'quote', amount: ZERO } as const
    const fill: Fill = { id: name, orderId: name, sealedId: null, instrument, side, price, quantity, fee, at }
    await actor.bookLate(fill, null, null)
    const words = side === 'buy' ? 'holds more' : 'holds less'
    warn(`the account ${words} ${instrument} than the ledger: ${quantity} at ${price} were adopted`, { ...of })
  }

  /** Liquidation, auto-deleveraging, settlement: the venue took it from whoever held it. */
  async #forced(fill: Fill, far: boolean): Promise<FillFate> {
    const { store, persist, fence, warn, config } = this.#deps
    const { instrument, quantity, price, side, cause } = fill
    const actors = this.#on(instrument)
    const drafts = await whileStill(actors, async (positions) => {
      const holding = positions.filter(({ ledger }) => heldSince(ledger.state.book.trade?.openedAt, fill.at))
      const held = holding.map(({ ledger }) => ledger.row.quantity)
      if (side === 'buy' || held.every((each) => each === ZERO)) return []
      const shares = fillShares(fill, held)
      const all = holding.flatMap(({ actor, ledger }, index) => {
        const share = shares[index] ?? null
        if (share === null) return []
        const of = { intentId: null, fills: [share] }
        return [{ actor, ledger, draft: ledger.draft((next) => bookFill(next, share, null, config), of) }]
      })
      const bookings = all.map(({ draft }) => draft.booking)
      await settle(all, await persist('a forced sale', () => store.bookShares(bookings, fence())))
      return all
    })
    const what = `${cause ?? 'order'}: the venue ${side === 'sell' ? 'sold' : 'bought'} ${quantity} ${instrument} at ${price}`
    if (drafts.length === 0) {
      if (!far) this.#once(fill.id, () => warn(`${what}; no position of ours held it`, { fill: fill.id }))
      return 'foreign'
    }
    const excess = drafts.reduce((sum, { draft }) => sum.plus(draft.excess), new Exact(0))
    const fields = { fill: fill.id, positions: drafts.map(({ actor }) => actor.row.id) }
    warn(what, excess.isZero() ? fields : { ...fields, notOurs: decimalFrom(excess) })
    return 'booked'
  }

  async #byOthers(fill: Fill, far: boolean): Promise<FillFate> {
    const { external, logger, warn } = this.#deps
    const { id, instrument, side, quantity, price } = fill
    const actors = this.#on(instrument)
    if (far) return 'foreign'
    const [actor, ...others] = actors
    const fields = { fill: id, instrument, side, quantity, price }
    if (external === 'ignore') return 'foreign'
    if (actor === undefined) {
      this.#once(id, () => logger.info('a fill on the account belongs to no order of this runner', fields))
      return 'foreign'
    }
    const what = `${quantity} ${instrument} were ${side === 'buy' ? 'bought' : 'sold'} at ${price} on the account by somebody else`
    if (external === 'adopt' && others.length === 0 && this.#mayAdopt(actor, fill)) {
      await actor.bookLate(fill, null, null)
      warn(`${what}: adopted`, fields)
      return 'booked'
    }
    this.#once(id, () => warn(`${what}: not booked`, fields))
    return 'foreign'
  }

  #mayAdopt({ row, openedAt }: PositionActor, { side, at }: Fill): boolean {
    if (this.#since === null || at < this.#since) return false
    return side === 'buy' || (row.quantity !== ZERO && heldSince(openedAt ?? undefined, at))
  }

  /** Base units that a position held at a time, ms. */
  async #heldAt({ ledger }: StillPosition, at: number): Promise<DecimalString> {
    const { store, persist } = this.#deps
    const { trade } = ledger.state.book
    const fills = await persist('a look at the fills', () => store.fills(ledger.row.id))
    const then = quantityAt(fills, at)
    // Fills that the venue tells late are in the book before they are in its history.
    return then === ZERO && heldSince(trade?.openedAt, at) ? ledger.row.quantity : then
  }

  async #adoptSince(at: number): Promise<void> {
    const { account, store } = this.#deps
    await store.saveCursor(account.scope, account.venue, account.label, SINCE, String(at))
    this.#since = at
  }

  #on(instrument: InstrumentId): readonly PositionActor[] {
    return this.#deps.actors().filter(({ row }) => row.instrument === instrument)
  }

  #once(id: string, say: () => void): void {
    if (this.#said.has(id)) return
    this.#said.add(id)
    say()
  }
}

type Settling = StillPosition & { readonly draft: Draft }

/** What was booked is true now; what somebody else has booked meanwhile is read. */
async function settle(drafts: readonly Settling[], result: 'booked' | 'already-booked'): Promise<void> {
  for (const { actor, ledger, draft } of drafts) {
    if (result === 'booked') actor.applied(draft)
    else await ledger.reload()
  }
}

function heldSince(openedAt: number | undefined, at: number): boolean {
  return openedAt !== undefined && openedAt <= at
}
