import type { Account, DecimalString, Execution, Fill, OrderRequest, Outcome, SealedOrder } from '@portolan/core'
import { decimalFrom, Exact, parseDecimal } from '@portolan/core'
import { COIN } from './market.ts'

/** Executes every order whole at the price of the moment, at most once, and keeps the books. */
export class MinimalAccount implements Execution, Account {
  readonly #now: () => number
  readonly #price: () => DecimalString
  readonly #outcomes = new Map<string, Outcome>()
  readonly #fills: Fill[] = []
  #cash = new Exact(100_000)
  #held = new Exact(0)

  constructor(now: () => number, price: () => DecimalString) {
    this.#now = now
    this.#price = price
  }

  /** Seals: an id that can be asked about later, and what `submit` will send. Nothing happens yet. */
  async prepare(order: OrderRequest): Promise<SealedOrder> {
    const { side, quantity, limitPrice, instrument } = order
    return {
      id: `minimal-${order.intentId}`,
      instrument,
      expiresAt: this.#now() + 10_000,
      payload: { side, quantity, limitPrice },
    }
  }

  /** The same sealed order has one effect, however often it comes. */
  async submit(order: SealedOrder): Promise<Outcome> {
    const known = this.#outcomes.get(order.id)
    if (known) return known
    const outcome = this.#execute(order)
    this.#outcomes.set(order.id, outcome)
    return outcome
  }

  async lookup(order: SealedOrder): Promise<Outcome> {
    const known = this.#outcomes.get(order.id)
    if (known) return known
    // It may still be on its way here until it has expired.
    const expired = order.expiresAt !== null && this.#now() > order.expiresAt
    return expired
      ? { kind: 'expired', cause: 'time', message: 'it never arrived' }
      : { kind: 'unknown', message: 'not seen yet' }
  }

  async balances() {
    const cash = decimalFrom(this.#cash)
    return [{ asset: 'USD', total: cash, available: cash }]
  }

  async positions() {
    return this.#held.isZero() ? [] : [{ instrument: COIN.id, quantity: decimalFrom(this.#held), averageEntry: null }]
  }

  async openOrders() {
    return []
  }

  async fills(cursor: string | null) {
    const from = cursor === null ? 0 : Number(cursor)
    return { fills: this.#fills.slice(from), cursor: String(this.#fills.length) }
  }

  #execute(order: SealedOrder): Outcome {
    const { side, quantity, limitPrice } = order.payload as {
      side: 'buy' | 'sell'
      quantity: DecimalString
      limitPrice: DecimalString
    }
    const price = this.#price()
    const beyond = side === 'buy' ? new Exact(price).gt(limitPrice) : new Exact(price).lt(limitPrice)
    if (beyond) return { kind: 'rejected', reason: 'slippage', message: `the price is ${price}` }
    const notional = new Exact(price).mul(quantity)
    const fee = notional.mul(COIN.fees.takerBps).div(10_000)
    if (side === 'buy' && notional.plus(fee).gt(this.#cash)) {
      return { kind: 'rejected', reason: 'insufficient-funds', message: `${decimalFrom(this.#cash)} USD are left` }
    }
    if (side === 'sell' && this.#held.lt(quantity)) {
      return { kind: 'rejected', reason: 'reduce-only', message: `${decimalFrom(this.#held)} COIN are held` }
    }
    this.#cash = side === 'buy' ? this.#cash.minus(notional).minus(fee) : this.#cash.plus(notional).minus(fee)
    this.#held = side === 'buy' ? this.#held.plus(quantity) : this.#held.minus(quantity)
    const orderId = String(this.#fills.length + 1)
    const fill: Fill = {
      id: `fill-${orderId}`,
      orderId,
      sealedId: order.id,
      instrument: COIN.id,
      side,
      price,
      quantity: parseDecimal(quantity),
      fee: { in: 'quote', amount: decimalFrom(fee) },
      at: this.#now(),
    }
    this.#fills.push(fill)
    return { kind: 'filled', orderId, filled: quantity, averagePrice: price, fills: [fill] }
  }
}
