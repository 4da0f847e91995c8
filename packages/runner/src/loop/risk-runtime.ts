import type { Clock, Logger, TradeGate } from '@portolan/core'
import { Exact } from '@portolan/core'
import type { Permission, PermitRequest } from '../execution/permit.ts'
import type { RiskPicture } from '../risk/check-order.ts'
import type { LossLimits, RiskConfig, RiskEntry, TradingOrder } from '../risk/index.ts'
import { findBreach, forgiveLosses, markProfit, RiskGuard } from '../risk/index.ts'
import type { Scope, Store } from '../store/store.ts'
import type { FollowedPosition } from './engine.ts'
import type { RunnerEvent } from './snapshot.ts'
import { sideOf } from './step-permission.ts'
import type { TradingVenue } from './trading-venue.ts'
import type { VenueRuntime } from './venue-runtime.ts'

export interface RiskRuntimeDeps {
  readonly config: RiskConfig
  readonly store: Store
  readonly clock: Clock
  readonly logger: Logger
  readonly scopeOf: (venue: TradingVenue) => Scope
  /** Of the engine, once there is one. */
  readonly positions: () => readonly FollowedPosition[]
  readonly runtimes: () => readonly VenueRuntime[]
  readonly onEvent: (event: RunnerEvent) => void
}

/** Risk as the loop applies it: what positions and accounts are worth now, against limits, trading orders and losses. */
export class RiskRuntime {
  readonly #deps: RiskRuntimeDeps
  readonly #guard: RiskGuard
  #said = ''

  constructor(deps: RiskRuntimeDeps) {
    this.#deps = deps
    this.#guard = new RiskGuard(deps.config)
  }

  get orders(): readonly TradingOrder[] {
    return this.#guard.orders
  }

  gateOf(venue: TradingVenue): TradeGate {
    return this.#guard.gate(this.#entry(venue))
  }

  /** Since when what an entry holds is to be sold off, ms; `null` when it is not. */
  flattenAt(venue: TradingVenue): number | null {
    return this.#guard.flattenAt(this.#entry(venue))
  }

  /** The last word before an order is stored and sent. */
  permit(asked: PermitRequest): Permission {
    const runtime = this.#deps.runtimes().find(({ venue }) => venue.key === asked.venue && venue.label === asked.label)
    const { request, at, positionId } = asked
    if (runtime === undefined) {
      if (request.reduceOnly) return { kind: 'allowed' }
      return { kind: 'refused', reason: 'unknown-price', message: `nothing is known of ${asked.venue} ${asked.label}` }
    }
    const { positions } = this.#deps
    const all = positions().filter(({ actor }) => actor !== null)
    const ofEntry = all.filter(({ row }) => row.venue === asked.venue && row.label === asked.label)
    const price = runtime.seenPrice(request.instrument) ?? this.#priceElsewhere(asked)
    const sum = (of: readonly FollowedPosition[]): Exact =>
      of.reduce((total, position) => total.plus(this.#worth(position, positionId)), new Exact(0))
    const venueUsd = sum(ofEntry)
    const equity = runtime.equityFor(request.instrument)
    const verdict = this.#guard.check(
      this.#entry(runtime.venue),
      request,
      {
        now: at,
        price,
        positionUsd: sum(ofEntry.filter(({ row }) => row.id === positionId)),
        venueUsd,
        totalUsd: sum(all),
        // Where positions are assets of the account, what they are worth is not in its cash.
        equityUsd: equity === null ? null : runtime.venue.capabilities.leverage ? equity : equity.plus(venueUsd),
      },
      asked.ordered,
    )
    if (verdict.kind === 'allowed') this.#guard.onSent(at)
    return verdict
  }

  /** Reads what was ordered and looks at the losses. Rejects when the store cannot be read: what is known counts on. */
  async refresh(): Promise<void> {
    const { store } = this.#deps
    const orders = (await Promise.all([...this.#scopes()].map((scope) => store.tradingOrders(scope)))).flat()
    this.#guard.setOrders(orders)
    this.#say(orders)
    const { losses } = this.#deps.config
    if (losses.dailyLossUsd === null && losses.drawdownUsd === null) return
    for (const scope of this.#scopes()) await this.#watchLosses(scope, losses)
  }

  async #watchLosses(scope: Scope, limits: LossLimits): Promise<void> {
    const { store, clock, logger } = this.#deps
    const now = clock.now()
    const profit = this.#profit(scope)
    const order = this.#guard.orders.find((one) => one.scope === scope && one.target === 'all') ?? null
    const known = await store.profitMarks(scope)
    const resumed = order?.state === 'active' && known !== null && order.at > known.since
    const marks = resumed ? forgiveLosses(profit, now) : markProfit(known, profit, now)
    if (JSON.stringify(marks) !== JSON.stringify(known)) await store.saveProfitMarks(scope, marks)
    if (order !== null && order.by === 'breaker' && order.state !== 'active') return
    const breach = findBreach(marks, profit, limits)
    if (breach === null) return
    const state = limits.onBreach === 'reduce' ? 'reducing' : 'halted'
    const flattenAt = limits.onBreach === 'flatten' ? now : (order?.flattenAt ?? null)
    const stricter = order?.state === 'halted' ? 'halted' : state
    logger.error('a loss limit was passed', { scope, limit: breach.limit, message: breach.message, trading: stricter })
    const { message: reason } = breach
    await store.saveTradingOrder({ scope, target: 'all', state: stricter, flattenAt, reason, by: 'breaker', at: now })
    this.#guard.setOrders((await Promise.all([...this.#scopes()].map((one) => store.tradingOrders(one)))).flat())
    this.#say(this.#guard.orders)
  }

  /** Realised and unrealised, USD. */
  #profit(scope: Scope): number {
    let sum = new Exact(0)
    for (const { row: stored, actor, data } of this.#deps.positions()) {
      const row = actor?.row ?? stored
      if (row.scope !== scope) continue
      sum = sum.plus(row.realisedPnlUsd)
      const price = data?.price(row.instrument) ?? null
      if (price !== null && row.averageEntry !== null) {
        sum = sum.plus(new Exact(price).minus(row.averageEntry).times(row.quantity))
      }
    }
    return sum.toNumber()
  }

  /** What a position is worth, with what an entry under way may add; of the position that asks its own order is not counted. */
  #worth({ row: stored, actor, data }: FollowedPosition, asking: string): Exact {
    const row = actor?.row ?? stored
    const price = data?.price(row.instrument) ?? row.averageEntry
    const held = price === null ? new Exact(0) : new Exact(row.quantity).times(price)
    const active = actor?.active ?? null
    if (active === null || row.id === asking || sideOf(active.plan) === 'sell') return held
    return held.plus(active.plan.notionalUsd)
  }

  /** The newest price that another entry of the same venue has seen. */
  #priceElsewhere({ venue, request }: PermitRequest): RiskPicture['price'] {
    for (const runtime of this.#deps.runtimes()) {
      const price = runtime.venue.key === venue ? runtime.seenPrice(request.instrument) : null
      if (price !== null) return price
    }
    return null
  }

  #entry(venue: TradingVenue): RiskEntry {
    return { scope: this.#deps.scopeOf(venue), venue: venue.key, label: venue.label }
  }

  #scopes(): ReadonlySet<Scope> {
    return new Set(this.#deps.runtimes().map(({ venue }) => this.#deps.scopeOf(venue)))
  }

  /** Says what was ordered whenever that changes. */
  #say(orders: readonly TradingOrder[]): void {
    const text = JSON.stringify(orders)
    if (text === this.#said) return
    this.#said = text
    for (const { target, state, flattenAt, reason, by } of orders) {
      const whom = target === 'all' ? 'everything' : `${target.venue} ${target.label}`
      const message = `trading of ${whom} is ${state}${flattenAt === null ? '' : ', selling off'} by ${by}: ${reason}`
      this.#deps.logger.warn(message)
      this.#deps.onEvent({ type: 'warning', at: this.#deps.clock.now(), message })
    }
  }
}
