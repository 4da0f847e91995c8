import type {
  Account,
  Balance,
  Clock,
  DecimalString,
  Execution,
  Instrument,
  InstrumentId,
  Logger,
  OpenOrder,
  OrderRequest,
  Outcome,
  SealedOrder,
  VenueEvent,
  VenuePosition,
} from '@portolan/core'
import { VenueError, ZERO } from '@portolan/core'
import type { PriceListener } from '../../loop/trading-venue.ts'
import type { Friction } from './execute-at-price.ts'
import { Outbox } from './outbox.ts'
import type { EndedOrder } from './simulated-book.ts'
import { SimulatedBook } from './simulated-book.ts'
import type { OrderEnd, SimulatedExchangeState } from './simulated-exchange-state.ts'
import type { SimulatedOrder } from './simulated-order.ts'
import { sealOrder, simulatedOrder, unsealOrder } from './simulated-order.ts'

export interface SimulatedExchangeOptions extends Friction {
  /** Asset of the cash, e.g. `USDC`. One pool, whatever the instrument. */
  readonly quote: string
  /** Quote units. */
  readonly startingCash: DecimalString
  readonly clock: Clock
  /** Metadata as they are now: fees and quantity step. `null` for an instrument that does not exist. */
  readonly instrument: (id: InstrumentId) => Instrument | null
  readonly emit: (event: VenueEvent) => void
  /** Where to go on. */
  readonly state?: SimulatedExchangeState | null
  /** Saves the state durably; called after each change, before anybody is told of it. Absent: the exchange forgets, and tells at once. */
  readonly persistence?: {
    readonly save: (state: SimulatedExchangeState) => Promise<void>
    readonly logger: Logger
  }
}

/** Makes a simulated exchange. */
export function createSimulatedExchange(options: SimulatedExchangeOptions): SimulatedExchange {
  return new SimulatedExchange(options)
}

/**
 * An exchange that only exists here: executes orders at the prices of a venue, for backtest, replay and paper. Orders are immediate-or-cancel; an accepted
 * order rests until the next price of its instrument, which fills it whole, worse by the stated slippage and with the taker fee, or ends it when
 * that is beyond its limit. It holds cash and long positions; a sell never exceeds what is held.
 */
export class SimulatedExchange implements Execution, Account, PriceListener {
  readonly #options: SimulatedExchangeOptions
  readonly #book: SimulatedBook
  readonly #outbox: Outbox

  constructor(options: SimulatedExchangeOptions) {
    this.#options = options
    this.#book = new SimulatedBook(options.startingCash, options, options.state ?? null)
    const { persistence } = options
    const save = persistence === undefined ? null : () => persistence.save(this.snapshot())
    this.#outbox = new Outbox(save, options.emit)
  }

  /** All that it knows, as JSON. */
  snapshot(): SimulatedExchangeState {
    return this.#book.snapshot()
  }

  /** Fills what waits. Returns at once; events follow when the change was saved. */
  onPrice(id: InstrumentId, price: DecimalString, at: number): void {
    if (this.#book.has(id)) {
      const instrument = this.#options.instrument(id)
      if (instrument !== null) {
        const ended = this.#book.onPrice(instrument, price, at)
        if (ended.length > 0) this.#outbox.add(ended.flatMap(eventsOf))
      }
    }
    if (this.#outbox.pending) this.#flushSoon()
  }

  prepare(request: OrderRequest): Promise<SealedOrder> {
    return Promise.resolve(sealOrder(simulatedOrder(request, this.#options.clock.now())))
  }

  async submit(sealed: SealedOrder): Promise<Outcome> {
    const order = unsealOrder(sealed)
    if (this.#book.find(order) === 'never-seen') {
      this.#take(order)
      this.#outbox.add([])
    }
    await this.#outbox.flush()
    return this.#outcome(order)
  }

  /** An order that never arrived has expired, and cannot arrive any more. */
  async lookup(sealed: SealedOrder): Promise<Outcome> {
    const order = unsealOrder(sealed)
    if (this.#book.find(order) === 'never-seen') {
      this.#book.end(order, { kind: 'expired', cause: 'cancelled', message: 'it never reached the simulated exchange' })
      this.#outbox.add([])
    }
    await this.#outbox.flush()
    return this.#outcome(order)
  }

  async cancel(sealed: SealedOrder): Promise<Outcome> {
    const order = unsealOrder(sealed)
    if (this.#book.find(order) === 'waiting') {
      const ended = this.#book.end(order, { kind: 'expired', cause: 'cancelled', message: 'cancelled on request' })
      this.#outbox.add(eventsOf(ended))
    }
    return this.lookup(sealed)
  }

  async balances(): Promise<readonly Balance[]> {
    await this.#outbox.flush()
    return [this.#book.balance(this.#options.quote, this.#options.instrument)]
  }

  async positions(): Promise<readonly VenuePosition[]> {
    await this.#outbox.flush()
    return this.#book.positions()
  }

  async openOrders(): Promise<readonly OpenOrder[]> {
    await this.#outbox.flush()
    return this.#book.openOrders()
  }

  async fills(cursor: string | null) {
    const seen = Number(cursor ?? 0)
    if (!Number.isSafeInteger(seen) || seen < 0) {
      throw new VenueError('refused', `"${cursor}" is no cursor of the simulated exchange`)
    }
    await this.#outbox.flush()
    const { fills, last } = this.#book.fillsAfter(seen)
    return { fills, cursor: String(last) }
  }

  #take(order: SimulatedOrder): void {
    const instrument = this.#options.instrument(order.instrument)
    if (instrument?.status === 'trading') {
      this.#book.accept(order, this.#options.clock.now())
      return
    }
    const message = `${order.instrument} is not traded`
    this.#book.end(order, { kind: 'rejected', reason: 'instrument', message })
  }

  #outcome(order: SimulatedOrder): Outcome {
    const found = this.#book.find(order)
    switch (found) {
      case 'waiting':
        return { kind: 'resting', orderId: order.orderId, filled: ZERO }
      case 'never-seen':
      case 'forgotten':
        return { kind: 'unknown', message: 'the order is older than what the simulated exchange remembers' }
      default:
        return found satisfies OrderEnd
    }
  }

  #flushSoon(): void {
    this.#outbox.flush().catch((error: unknown) => {
      this.#options.persistence?.logger.warn(
        'the simulated exchange could not be saved; its fills are told once it is',
        {
          error: error instanceof Error ? error.message : String(error),
        },
      )
    })
  }
}

function eventsOf({ id, end }: EndedOrder): VenueEvent[] {
  const fills = end.kind === 'filled' || end.kind === 'partial' ? end.fills : []
  return [...fills.map((fill): VenueEvent => ({ type: 'fill', fill })), { type: 'order', sealedId: id, outcome: end }]
}
