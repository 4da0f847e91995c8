import type { OrderRequest, TradeGate, VenueKey } from '@portolan/core'
import type { Scope } from '../store/store.ts'
import type { RiskPicture, RiskVerdict } from './check-order.ts'
import { checkOrder } from './check-order.ts'
import type { RiskConfig } from './limits.ts'
import { limitsOf } from './limits.ts'
import type { TradingOrder } from './trading-state.ts'
import { bindingOrder, tradingGate } from './trading-state.ts'

const MINUTE_MS = 60_000

/** A config entry in the books of a scope. */
export interface RiskEntry {
  readonly scope: Scope
  readonly venue: VenueKey
  readonly label: string
}

/** Stands between what is planned and what is sent: trading states, limits, and how many orders went out. Keeps nothing that a restart would need. */
export class RiskGuard {
  readonly #config: RiskConfig
  #orders: readonly TradingOrder[] = []
  #sentAt: number[] = []

  constructor(config: RiskConfig) {
    this.#config = config
  }

  /** Trading orders as they are in the store now. */
  setOrders(orders: readonly TradingOrder[]): void {
    this.#orders = orders
  }

  get orders(): readonly TradingOrder[] {
    return this.#orders
  }

  /** The trading state of an entry, as a gate. */
  gate(entry: RiskEntry): TradeGate {
    return tradingGate(bindingOrder(this.#orders, entry))
  }

  /** Since when positions of the entry are to be sold off, ms; `null` when they are not. */
  flattenAt(entry: RiskEntry): number | null {
    return bindingOrder(this.#orders, entry)?.flattenAt ?? null
  }

  /** May this order go out now? */
  check(
    entry: RiskEntry,
    order: OrderRequest,
    picture: Omit<RiskPicture, 'ordersLastMinute'>,
    flattening: boolean,
  ): RiskVerdict {
    const limits = limitsOf(this.#config, entry)
    const ordersLastMinute = this.#sentSince(picture.now - MINUTE_MS)
    return checkOrder(order, { ...picture, ordersLastMinute }, limits, bindingOrder(this.#orders, entry), flattening)
  }

  /** An order goes out now, ms. */
  onSent(now: number): void {
    this.#sentAt.push(now)
  }

  #sentSince(from: number): number {
    this.#sentAt = this.#sentAt.filter((at) => at > from)
    return this.#sentAt.length
  }
}
