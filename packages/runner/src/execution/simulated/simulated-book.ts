import type { Balance, DecimalString, Instrument, InstrumentId, OpenOrder, VenuePosition } from '@portolan/core'
import { decimalFrom, Exact, ZERO } from '@portolan/core'
import type { Friction } from './execute-at-price.ts'
import { executeAtPrice } from './execute-at-price.ts'
import type { OrderEnd, SimulatedExchangeState, SimulatedFill } from './simulated-exchange-state.ts'
import type { SimulatedOrder } from './simulated-order.ts'

/** An order that came to its end just now. */
export interface EndedOrder {
  readonly id: string
  readonly end: OrderEnd
}

/** How many ended orders and fills are remembered. */
const KEPT = 1_000

/** The account and the orders of a simulated exchange: arithmetic alone, no time and no events of its own. */
export class SimulatedBook {
  readonly #friction: Friction
  #cash: Exact
  readonly #positions = new Map<InstrumentId, { quantity: Exact; averageEntry: Exact }>()
  readonly #waiting = new Map<string, { readonly order: SimulatedOrder; readonly acceptedAt: number }>()
  readonly #ended = new Map<string, { readonly preparedAt: number; readonly end: OrderEnd }>()
  #forgottenUntil: number | null = null
  #fills: SimulatedFill[] = []
  #fillCount = 0

  constructor(startingCash: DecimalString, friction: Friction, state: SimulatedExchangeState | null) {
    this.#friction = friction
    this.#cash = new Exact(state?.cash ?? startingCash)
    if (state === null) return
    for (const { instrument, quantity, averageEntry } of state.positions) {
      this.#positions.set(instrument, { quantity: new Exact(quantity), averageEntry: new Exact(averageEntry) })
    }
    for (const entry of state.waiting) this.#waiting.set(entry.order.id, entry)
    for (const { id, preparedAt, end } of state.ended) this.#ended.set(id, { preparedAt, end })
    this.#forgottenUntil = state.forgottenUntil
    this.#fills = [...state.fills]
    this.#fillCount = state.fillCount
  }

  has(instrument: InstrumentId): boolean {
    for (const { order } of this.#waiting.values()) if (order.instrument === instrument) return true
    return false
  }

  /** What is known of an order: it waits, it ended, it was never seen, or it is too old to tell. */
  find(order: SimulatedOrder): 'waiting' | 'never-seen' | 'forgotten' | OrderEnd {
    if (this.#waiting.has(order.id)) return 'waiting'
    const ended = this.#ended.get(order.id)
    if (ended !== undefined) return ended.end
    return this.#forgottenUntil !== null && order.preparedAt <= this.#forgottenUntil ? 'forgotten' : 'never-seen'
  }

  /** Lets an order wait for the next price. */
  accept(order: SimulatedOrder, acceptedAt: number): void {
    this.#waiting.set(order.id, { order, acceptedAt })
  }

  /** Ends an order without a fill. */
  end(order: SimulatedOrder, end: OrderEnd): EndedOrder {
    this.#waiting.delete(order.id)
    this.#ended.set(order.id, { preparedAt: order.preparedAt, end })
    for (const [id, { preparedAt }] of this.#ended) {
      if (this.#ended.size <= KEPT) break
      this.#ended.delete(id)
      this.#forgottenUntil = Math.max(this.#forgottenUntil ?? 0, preparedAt)
    }
    return { id: order.id, end }
  }

  /** Executes what waits for a price of this instrument, oldest first. A price from before an order was accepted does not concern it. */
  onPrice(instrument: Instrument, price: DecimalString, at: number): readonly EndedOrder[] {
    const ended: EndedOrder[] = []
    for (const { order, acceptedAt } of this.#waiting.values()) {
      if (order.instrument === instrument.id && at >= acceptedAt)
        ended.push(this.#execute(order, instrument, price, at))
    }
    return ended
  }

  /** Fills after the one with this number, and the number of the last. */
  fillsAfter(seen: number): { readonly fills: readonly SimulatedFill[]; readonly last: number } {
    // A number that was never given is another exchange's: everything is new.
    const first = this.#fillCount - this.#fills.length
    const skip = seen > this.#fillCount ? 0 : Math.max(0, seen - first)
    return { fills: this.#fills.slice(skip), last: this.#fillCount }
  }

  balance(asset: string, instrument: (id: InstrumentId) => Instrument | null): Balance {
    const reserved = [...this.#waiting.values()].reduce((sum, { order }) => {
      if (order.side === 'sell') return sum
      const rate = new Exact(instrument(order.instrument)?.fees.takerBps ?? 0).div(10_000)
      return sum.plus(order.spend ?? new Exact(order.quantity).mul(order.limitPrice).mul(rate.plus(1)))
    }, new Exact(0))
    const available = Exact.max(0, this.#cash.minus(reserved))
    return { asset, total: decimalFrom(this.#cash), available: decimalFrom(available) }
  }

  positions(): readonly VenuePosition[] {
    return [...this.#positions].map(([instrument, { quantity, averageEntry }]) => ({
      instrument,
      quantity: decimalFrom(quantity),
      averageEntry: decimalFrom(averageEntry),
    }))
  }

  openOrders(): readonly OpenOrder[] {
    return [...this.#waiting.values()].map(({ order }) => ({
      orderId: order.orderId,
      sealedId: order.id,
      instrument: order.instrument,
      side: order.side,
      limitPrice: order.limitPrice,
      remaining: order.quantity,
      reduceOnly: order.reduceOnly,
    }))
  }

  snapshot(): SimulatedExchangeState {
    return {
      version: 1,
      cash: decimalFrom(this.#cash),
      positions: [...this.#positions].map(([instrument, { quantity, averageEntry }]) => ({
        instrument,
        quantity: decimalFrom(quantity),
        averageEntry: decimalFrom(averageEntry),
      })),
      waiting: [...this.#waiting.values()],
      ended: [...this.#ended].map(([id, entry]) => ({ id, ...entry })),
      forgottenUntil: this.#forgottenUntil,
      fills: [...this.#fills],
      fillCount: this.#fillCount,
    }
  }

  #execute(order: SimulatedOrder, instrument: Instrument, price: DecimalString, at: number): EndedOrder {
    const held = this.#positions.get(order.instrument)?.quantity ?? new Exact(0)
    const refusal = refuse(order, held)
    if (refusal !== null) return this.end(order, refusal)
    const execution = executeAtPrice(order, price, decimalFrom(held), instrument, this.#friction)
    if ('beyondLimit' in execution) {
      const message = `could not match at ${execution.beyondLimit}: the limit is ${order.limitPrice}`
      return this.end(order, { kind: 'expired', cause: 'cancelled', message })
    }
    const { quantity, notional, fee } = execution
    if (quantity === ZERO) {
      return this.end(order, { kind: 'rejected', reason: 'quantity-rule', message: 'the quantity rounds down to 0' })
    }
    if (order.side === 'buy' && !this.#friction.frictionless && notional.plus(fee).gt(this.#cash)) {
      const message = `${decimalFrom(notional.plus(fee))} needed, ${decimalFrom(this.#cash)} there`
      return this.end(order, { kind: 'rejected', reason: 'insufficient-funds', message })
    }
    const fill: SimulatedFill = {
      id: `sim-${order.orderId}-1`,
      orderId: order.orderId,
      sealedId: order.id,
      instrument: order.instrument,
      side: order.side,
      price: execution.price,
      quantity,
      fee: { in: 'quote', amount: fee },
      at,
    }
    this.#book(fill, notional)
    // A reduce-only order that is larger than the position is shrunk, and so is one of a buyer by quote, who asked for no quantity.
    const whole = order.spend !== null || quantity === order.quantity
    const { orderId } = order
    const executed = { orderId, filled: quantity, averagePrice: fill.price, fills: [fill] }
    return this.end(order, { kind: whole ? 'filled' : 'partial', ...executed })
  }

  #book(fill: SimulatedFill, notional: Exact): void {
    const position = this.#positions.get(fill.instrument) ?? { quantity: new Exact(0), averageEntry: new Exact(0) }
    if (fill.side === 'buy') {
      const quantity = position.quantity.plus(fill.quantity)
      const cost = position.quantity.mul(position.averageEntry).plus(notional)
      this.#positions.set(fill.instrument, { quantity, averageEntry: cost.div(quantity) })
      this.#cash = this.#cash.minus(notional).minus(fill.fee.amount)
    } else {
      const quantity = position.quantity.minus(fill.quantity)
      if (quantity.isZero()) this.#positions.delete(fill.instrument)
      else this.#positions.set(fill.instrument, { ...position, quantity })
      this.#cash = this.#cash.plus(notional).minus(fill.fee.amount)
    }
    this.#fillCount += 1
    this.#fills.push(fill)
    if (this.#fills.length > KEPT) this.#fills.shift()
  }
}

/** No position can go below zero here. */
function refuse(order: SimulatedOrder, held: Exact): OrderEnd | null {
  if (order.side === 'buy') {
    if (!order.reduceOnly) return null
    return { kind: 'rejected', reason: 'reduce-only', message: 'a reduce-only buy would increase the position' }
  }
  if (held.isZero()) return { kind: 'rejected', reason: 'reduce-only', message: 'there is no position to sell' }
  if (order.reduceOnly || held.gte(order.quantity)) return null
  return { kind: 'rejected', reason: 'insufficient-funds', message: `only ${decimalFrom(held)} is held` }
}
