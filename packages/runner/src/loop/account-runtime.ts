import type { Clock, DecimalString, Fill, FundingPayment, Instrument, InstrumentId, Logger } from '@portolan/core'
import { Exact } from '@portolan/core'
import type { FillFate } from '../execution/account-fills.ts'
import { AccountFills } from '../execution/account-fills.ts'
import { AccountFunding } from '../execution/account-funding.ts'
import type { OrderDesk } from '../execution/order-desk.ts'
import type { Believed, EndedOrder, MarketFacts, ReconcilePolicy, VenueReport } from '../reconciler/index.ts'
import { reconcile } from '../reconciler/index.ts'
import type { AccountKey, Store } from '../store/store.ts'
import { FINAL_ORDER_STATES } from '../store/store.ts'
import type { AccountBooks } from './account-books.ts'
import { planOf } from './plan-of.ts'
import type { PositionActor } from './position-actor.ts'
import { Reconciliation } from './reconciliation.ts'
import type { TradingVenue } from './trading-venue.ts'

export interface AccountRuntimeDeps {
  readonly venue: TradingVenue
  readonly account: AccountKey
  readonly store: Store
  readonly clock: Clock
  readonly logger: Logger
  readonly signal: AbortSignal
  readonly policy: ReconcilePolicy
  readonly desk: () => OrderDesk | null
  readonly books: AccountBooks
  readonly actors: () => readonly PositionActor[]
  readonly instrument: (id: InstrumentId) => Instrument | null
  readonly price: (id: InstrumentId) => DecimalString | null
  /** Says something that a person should know. */
  readonly warn: (message: string, fields: Readonly<Record<string, unknown>>) => void
}

/** What the loop keeps of one account: its fills and funding, what is free, and whether it agrees with the ledger. */
export class AccountRuntime {
  readonly reconciliation: Reconciliation
  readonly #deps: AccountRuntimeDeps
  readonly #fills: AccountFills | null
  readonly #funding: AccountFunding | null
  readonly #said = new Set<string>()
  #funds: ReadonlyMap<string, DecimalString> | null = null
  #equity: ReadonlyMap<string, DecimalString> | null = null

  constructor(deps: AccountRuntimeDeps) {
    this.#deps = deps
    const { venue, account: where, store, logger, books, warn } = deps
    const { account, execution } = venue
    this.reconciliation = new Reconciliation(venue, {
      look: (sealedId) => deps.desk()?.look(sealedId),
      cancelStray: ({ sealedId }) => this.#cancelStray(sealedId),
      adopt: (action) => books.adopt(action),
      report: ({ thing }) => this.#report(thing),
      warn,
    })
    const route = (fill: Fill, reach: 'new' | 'all') => this.#route(fill, reach)
    this.#fills = account && new AccountFills({ account, store, where, route, logger })
    const paid = (payment: FundingPayment) => books.funding(payment)
    this.#funding =
      execution !== null && account !== null && hasFunding(account)
        ? new AccountFunding({ account, store, where, book: paid })
        : null
  }

  /** What is free to pay for an instrument, in its quote asset, by the last read; `null` when unknown. */
  fundsFor(instrument: Instrument): DecimalString | null {
    return this.#funds?.get(instrument.collateral ?? instrument.quote) ?? null
  }

  /** What is there in the account that pays for an instrument, by the last read; `null` when unknown. */
  equityFor(instrument: Instrument): Exact | null {
    const total = this.#equity?.get(instrument.collateral ?? instrument.quote)
    return total === undefined ? null : new Exact(total)
  }

  readFills(reach: 'new' | 'all'): Promise<void> {
    return this.#fills?.read(reach, this.#deps.signal) ?? Promise.resolve()
  }

  /** A fill that the venue told. */
  async onFill(fill: Fill): Promise<void> {
    await this.#fills?.deliver([fill])
  }

  /** A payment that the venue told. */
  async onFunding(payment: FundingPayment): Promise<void> {
    if (this.reconciliation.isNeeded) await this.#funding?.deliver([payment])
  }

  /** Something may have been missed. */
  distrust(): void {
    this.reconciliation.distrust()
    this.#funding?.distrust()
  }

  /** Reads the account: fills and funding we may have missed, what is held and open, what is free. Rejects when a read fails: nothing has changed then. */
  async reconcile(): Promise<void> {
    const { venue, clock, signal, policy, books } = this.#deps
    if (venue.account === null || !this.reconciliation.isNeeded) return
    await books.begin()
    await this.readFills('new')
    const believe = this.#beginBelieving()
    const askedAt = clock.now()
    const positions = await venue.account.positions(signal)
    const openOrders = await venue.account.openOrders(signal)
    const report: VenueReport = { kind: 'account', askedAt, positions, openOrders }
    const believed = await believe(report)
    await this.reconciliation.perform(reconcile(believed, report, clock.now(), policy))
    await this.#readFunding()
    await this.readFunds()
  }

  async readFunds(): Promise<void> {
    const { account } = this.#deps.venue
    if (account === null) return
    const balances = await account.balances(this.#deps.signal)
    this.#funds = new Map(balances.map(({ asset, available }) => [asset, available]))
    this.#equity = new Map(balances.map(({ asset, total }) => [asset, total]))
  }

  /** What the runner believes once the venue has answered. What changes in between is left out. */
  #beginBelieving(): (report: Extract<VenueReport, { readonly kind: 'account' }>) => Promise<Believed> {
    const { actors, desk, store, account, instrument, price } = this.#deps
    const quantities = new Map(actors().map(({ row }) => [row.id, row.quantity]))
    const isBusy = (id: InstrumentId): boolean => desk()?.isBusy(id) ?? false
    const busyBefore = new Set(actors().flatMap(({ row }) => (isBusy(row.instrument) ? [row.instrument] : [])))
    const reconnected = this.reconciliation.reconnected
    return async ({ openOrders }) => {
      const inFlight = desk()?.inFlight ?? []
      const strange = openOrders.flatMap(({ sealedId }) =>
        sealedId === null || inFlight.some((order) => order.sealedId === sealedId) ? [] : [sealedId],
      )
      const known = strange.length === 0 ? [] : await store.findOrders(account, strange)
      const ended = known.flatMap(({ id, sealed, state, updatedAt }): EndedOrder[] =>
        FINAL_ORDER_STATES.includes(state)
          ? [{ sealedId: id, instrument: sealed.instrument, state, endedAt: updatedAt }]
          : [],
      )
      const rows = actors().map(({ row }) => row)
      const changing = new Set(busyBefore)
      for (const { id, instrument: of, quantity } of rows) {
        if (isBusy(of) || quantities.get(id) !== quantity) changing.add(of)
      }
      const markets = new Map<InstrumentId, MarketFacts>()
      for (const { instrument: of } of rows) {
        const [at, sizing] = [price(of), instrument(of)?.sizing]
        if (at !== null && sizing !== undefined) markets.set(of, { price: at, sizing })
      }
      const positions = rows.map(({ id, instrument: of, quantity }) => ({ id, instrument: of, quantity }))
      const { differences } = this.reconciliation
      return { positions, inFlight, ended, changing, markets, differences, reconnected }
    }
  }

  /** Whose a fill is. */
  async #route(fill: Fill, reach: 'new' | 'all'): Promise<FillFate> {
    const { desk, store, account, actors, books, warn } = this.#deps
    if ((await desk()?.onFill(fill)) === true) return 'booked'
    const isOrder = fill.cause === undefined || fill.cause === 'order'
    if (isOrder) {
      const ids = [fill.orderId, ...(fill.sealedId === null ? [] : [fill.sealedId])]
      const [order] = await store.findOrders(account, ids)
      if (order !== undefined) {
        if (!FINAL_ORDER_STATES.includes(order.state)) return 'later'
        const actor = actors().find(({ row }) => row.id === order.positionId)
        if (actor === undefined) return 'later'
        if (!(await actor.bookLate(fill, order.intentId, await this.#planOf(order.intentId)))) return 'booked'
        warn(`a fill of an order that had ended was booked: ${fill.quantity} ${fill.instrument}`, {
          fill: fill.id,
          order: order.id,
          state: order.state,
        })
        return 'booked'
      }
      if (desk()?.mayBeOurs(fill.instrument) === true) return 'later'
    }
    return books.external(fill, reach === 'all')
  }

  async #planOf(intentId: string) {
    const story = await this.#deps.store.story(intentId)
    return planOf(story?.intent)
  }

  /** Funding is money that has moved already: nothing waits for it to be read. */
  async #readFunding(): Promise<void> {
    const { clock, signal, logger } = this.#deps
    try {
      await this.#funding?.readWhenDue(clock.now(), signal)
    } catch (error) {
      if (!signal.aborted) logger.warn('funding payments could not be read', { error: String(error) })
    }
  }

  async #cancelStray(sealedId: string): Promise<void> {
    const { venue, store, account, signal, warn } = this.#deps
    const { execution } = venue
    const [order] = await store.findOrders(account, [sealedId])
    if (execution?.cancel === undefined || order === undefined) return
    const fields = { order: sealedId, state: order.state }
    warn('an order that had ended by the ledger rests at the venue; it is cancelled', fields)
    const outcome = await execution.cancel(order.sealed, signal)
    this.#deps.logger.info('stray order', { ...fields, outcome: outcome.kind })
  }

  #report(thing: { readonly kind: 'position' | 'order'; readonly instrument: InstrumentId } & object): void {
    const key = JSON.stringify(thing)
    if (this.#said.has(key)) return
    this.#said.add(key)
    const what = thing.kind === 'position' ? 'holds a position' : 'has an open order'
    this.#deps.logger.info(`the account ${what} that is not of this runner; it is left alone`, { ...thing })
  }
}

function hasFunding<A extends { readonly funding?: unknown }>(account: A): account is A & Required<Pick<A, 'funding'>> {
  return account.funding !== undefined
}
