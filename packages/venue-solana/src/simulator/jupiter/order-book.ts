import type { Quote } from './quote.ts'

/** How long an order can be executed and asked about. */
const KEPT_MS = 120_000

/** A transaction that was handed out to be signed. */
export interface OpenOrder {
  readonly quote: Quote
  readonly messageBytes: Uint8Array
  readonly lastValidBlockHeight: number
  /** A market maker pays the fee and signs when it is executed. */
  readonly isMakers: boolean
  readonly madeAt: number
  /** Set by the first `/execute`. */
  readonly signature?: string
  readonly executedAt?: number
}

/** Orders by request id, for as long as Jupiter remembers them. */
export class OrderBook {
  readonly #orders = new Map<string, OpenOrder>()
  #count = 0

  add(order: OpenOrder): string {
    for (const [id, { madeAt, executedAt }] of this.#orders) {
      if (order.madeAt - (executedAt ?? madeAt) > KEPT_MS) this.#orders.delete(id)
    }
    const id = this.nextId(order.madeAt)
    this.#orders.set(id, order)
    return id
  }

  /** A request id, in the shape of a UUID of version 7: it begins with the time. */
  nextId(now: number): string {
    this.#count++
    const time = Math.floor(now).toString(16).padStart(12, '0')
    const count = this.#count.toString(16).padStart(12, '0')
    return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${count}`
  }

  get(requestId: string, now: number): OpenOrder | undefined {
    const order = this.#orders.get(requestId)
    return order === undefined || now - (order.executedAt ?? order.madeAt) > KEPT_MS ? undefined : order
  }

  executed(requestId: string, order: OpenOrder, signature: string, now: number): void {
    this.#orders.set(requestId, { ...order, signature, executedAt: order.executedAt ?? now })
  }
}
