import type { DecimalString, Outcome, SealedOrder } from '@portolan/core'
import { decimalFrom, Exact, ZERO } from '@portolan/core'
import type { z } from 'zod'
import { orderStatusShape, venueTimeShape } from '../account/account-shapes.ts'
import { readFills } from '../account/fill-history.ts'
import type { VenueFill } from '../account/fill-shape.ts'
import { toFill } from '../account/fill-shape.ts'
import type { InfoCall, InfoClient } from '../rest/info-client.ts'
import { classOfStatus } from './order-status.ts'
import { reasonOfStatus } from './reject-reason.ts'
import type { SealedPayload } from './sealed-payload.ts'
import type { VenueTime } from './venue-time.ts'

/** How long before its expiry an order may have been taken: longer than any lives, and than clocks differ. */
const CLOCK_ERROR_MS = 3_600_000

type StatusAnswer = z.output<typeof orderStatusShape>
type KnownOrder = Extract<StatusAnswer, { status: 'order' }>['order']

/** What became of an order, by the venue's records. Reads only. */
export class OrderLookup {
  readonly #info: InfoClient
  readonly #time: VenueTime
  readonly #marginMs: number

  /** @param marginMs how far past an expiry or a fill the venue's time must be before its silence counts. */
  constructor(info: InfoClient, time: VenueTime, marginMs: number) {
    this.#info = info
    this.#time = time
    this.#marginMs = marginMs
  }

  /** @throws {VenueError} when the venue cannot be asked: nothing is known then. */
  async lookup(order: SealedOrder, payload: SealedPayload, signal: AbortSignal): Promise<Outcome> {
    const call: InfoCall = { signal, priority: payload.priority }
    const known = await this.#find(order, payload, call)
    if (known !== null) return this.#judge(order, payload, known, call)
    if (this.#time.now() < payload.expiresAfter) return waiting(payload)
    // The venue's clock decides about expiry, not ours; and the record must be missed after the time has passed, not before.
    const time = await this.#venueTime(payload, call)
    if (time < payload.expiresAfter + this.#marginMs) return waiting(payload)
    const late = await this.#find(order, payload, call)
    if (late !== null) return this.#judge(order, payload, late, call)
    // Records of orders are kept for the last 2000 or so, fills for longer.
    const fills = await this.#fills(payload.account, payload.expiresAfter - CLOCK_ERROR_MS, time, call)
    const ours = fills.filter((fill) => fill.cloid === order.id)
    if (ours.length > 0) return executed(order, payload, ours)
    return { kind: 'expired', cause: 'time', message: 'the venue never accepted it, and its expiry has passed' }
  }

  async #find(order: SealedOrder, payload: SealedPayload, call: InfoCall): Promise<KnownOrder | null> {
    const request = { type: 'orderStatus', user: payload.account, oid: order.id } as const
    const answer = await this.#info.ask(request, orderStatusShape, call)
    return answer.status === 'order' ? answer.order : null
  }

  async #judge(order: SealedOrder, payload: SealedPayload, known: KnownOrder, call: InfoCall): Promise<Outcome> {
    const { status, statusTimestamp, order: record } = known
    const done = new Exact(record.origSz).minus(record.sz)
    const kind = classOfStatus(status)
    if (kind === 'open') return { kind: 'resting', orderId: record.oid, filled: decimalFrom(done) }
    if (kind === 'unrecognised') {
      return { kind: 'unknown', message: `the venue calls it "${status}", which this version does not know` }
    }
    if (kind !== 'filled' && done.isZero()) return withoutFill(kind, status)
    const fills = async () => {
      const all = await this.#fills(payload.account, record.timestamp, statusTimestamp, call)
      return all.filter((fill) => fill.oid === record.oid)
    }
    const first = await fills()
    if (!done.isZero() && totalOf(first).gte(done)) return executed(order, payload, first)
    // Fills are listed a moment after the record. And where a reduce-only order was shrunk to the position, less was executed than its size says.
    const time = await this.#venueTime(payload, call)
    if (time > statusTimestamp + this.#marginMs) {
      const all = await fills()
      if (all.length > 0) return executed(order, payload, all)
      if (kind !== 'filled') return withoutFill(kind, status)
    }
    return { kind: 'unknown', message: `${status}: ${decimalFrom(done)} executed, but its fills are not listed yet` }
  }

  /** By the venue's clock, which decides about expiry and records. ms. */
  async #venueTime(payload: SealedPayload, call: InfoCall): Promise<number> {
    const request = { type: 'clearinghouseState', user: payload.account } as const
    const { time } = await this.#info.ask(request, venueTimeShape, call)
    this.#time.observe(time)
    return time
  }

  async #fills(user: string, from: number, to: number, call: InfoCall): Promise<readonly VenueFill[]> {
    const range = { user, dexes: 'all', from: Math.max(0, from - this.#marginMs), to: to + this.#marginMs } as const
    return (await readFills(this.#info, range, call)).fills
  }
}

/** The end of an order of which nothing was executed. */
function withoutFill(kind: 'rejected' | 'cancelled', status: string): Outcome {
  if (kind === 'rejected') return { kind: 'rejected', reason: reasonOfStatus(status), message: status }
  return { kind: 'expired', cause: 'cancelled', message: status }
}

function waiting(payload: SealedPayload): Outcome {
  return { kind: 'unknown', message: `the venue does not know it, but may accept it until ${payload.expiresAfter}` }
}

/** Facts decide: a reduce-only order is shrunk to the position, and then less than was ordered is all there is. */
function executed(order: SealedOrder, payload: SealedPayload, fills: readonly VenueFill[]): Outcome {
  const total = totalOf(fills)
  const value = fills.reduce((sum, fill) => sum.plus(new Exact(fill.px).times(fill.sz)), new Exact(ZERO))
  const [first] = fills
  const orderId = first?.oid ?? ''
  return {
    kind: total.lt(payload.quantity) ? 'partial' : 'filled',
    orderId,
    filled: decimalFrom(total),
    averagePrice: averagePrice(value, total),
    fills: fills.map((fill) => toFill(fill, payload.account, order.id)),
  }
}

function averagePrice(value: Exact, total: Exact): DecimalString {
  return decimalFrom(value.div(total).toDecimalPlaces(18))
}

function totalOf(fills: readonly VenueFill[]): Exact {
  return fills.reduce((sum, fill) => sum.plus(fill.sz), new Exact(ZERO))
}
