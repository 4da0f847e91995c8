import type { Clock, Execution, Instrument, InstrumentId, OrderRequest, Outcome, SealedOrder } from '@portolan/core'
import { parseDecimal, VenueError } from '@portolan/core'
import { RecentMap } from '../account/recent-map.ts'
import { detailsOf } from '../instruments/perp-instrument.ts'
import type { HyperliquidOptions } from '../options.ts'
import type { ActionSigner } from './action-signer.ts'
import { clientOrderId } from './client-order-id.ts'
import type { ExchangeClient } from './exchange-client.ts'
import type { LeverageSetting } from './leverage-setting.ts'
import { cancelAction, checkAmounts, orderAction } from './order-action.ts'
import { outcomeOfAnswer } from './order-answer.ts'
import type { OrderLookup } from './order-lookup.ts'
import { reasonOfText } from './reject-reason.ts'
import type { SealedPayload } from './sealed-payload.ts'
import { readPayload } from './sealed-payload.ts'
import type { VenueTime } from './venue-time.ts'

export interface ExecutionParts {
  readonly options: HyperliquidOptions
  readonly clock: Clock
  readonly exchange: ExchangeClient
  readonly lookup: OrderLookup
  /** `null` when the entry has no key: orders can then be looked up, but not made. */
  readonly signing: { readonly signer: ActionSigner; readonly leverage: LeverageSetting } | null
  /** The live instrument, or `undefined`. */
  readonly instrument: (id: InstrumentId) => Instrument | undefined
  /** Of the account; throws while there is none. */
  readonly account: () => string
  readonly time: VenueTime
}

/** Orders of this process that are remembered. Older ones have expired long ago. */
const REMEMBERED_ORDERS = 10_000

/** Immediate-or-cancel limit orders, each with a client order id and an expiry, so that its fate can always be found out. */
export class HyperliquidExecution implements Execution {
  readonly #parts: ExecutionParts
  // What a refusal proves depends on whether the order may have been taken before: only an order that was made here and never sent cannot have been.
  readonly #unsent = new RecentMap<string, true>(REMEMBERED_ORDERS)

  constructor(parts: ExecutionParts) {
    this.#parts = parts
  }

  async prepare(order: OrderRequest, signal: AbortSignal): Promise<SealedOrder> {
    signal.throwIfAborted()
    const { options, account } = this.#parts
    const { signer } = this.#signing()
    const instrument = this.#parts.instrument(order.instrument)
    const asset = instrument === undefined ? null : detailsOf(instrument).asset
    if (instrument?.status !== 'trading' || asset === null) {
      throw new VenueError('unknown-instrument', `${order.instrument} is not traded on ${options.network}`)
    }
    checkAmounts(order, instrument)
    const id = clientOrderId(order.intentId)
    const { body, nonce, expiresAfter } = await signer.sign(orderAction(order, asset, id))
    const payload: SealedPayload = {
      format: 1,
      network: options.network,
      account: account(),
      asset,
      quantity: order.quantity,
      reduceOnly: order.reduceOnly,
      priority: order.reduceOnly || order.urgency === 'critical' ? 'exit' : 'normal',
      nonce,
      expiresAfter,
      body,
    }
    this.#unsent.set(id, true)
    return { id, instrument: order.instrument, expiresAt: expiresAfter, payload }
  }

  async submit(order: SealedOrder, signal: AbortSignal): Promise<Outcome> {
    const { exchange, time } = this.#parts
    const payload = this.#payloadOf(order)
    // It would be refused, at five times the cost to the account's allowance.
    if (time.now() >= payload.expiresAfter) return this.#resolve(order, payload, signal)
    const obstacle = await this.#inTime(order, payload, signal, async (inTime) => {
      const found = await this.#prepareInstrument(order, payload, inTime)
      if (found === null) await exchange.turn('other', payload.priority, inTime)
      return found
    })
    if (obstacle !== null) return obstacle
    const again = !this.#unsent.has(order.id)
    this.#unsent.delete(order.id)
    const answer = await exchange.send(payload.body, signal)
    if (answer.kind === 'unclear') return { kind: 'unknown', message: answer.message }
    if (answer.kind === 'ok') return outcomeOfAnswer(answer.response, parseDecimal(payload.quantity), order.id)
    return this.#refused(order, payload, answer.message, again, signal)
  }

  async lookup(order: SealedOrder, signal: AbortSignal): Promise<Outcome> {
    return this.#parts.lookup.lookup(order, this.#payloadOf(order), signal)
  }

  async cancel(order: SealedOrder, signal: AbortSignal): Promise<Outcome> {
    const { exchange, lookup } = this.#parts
    const payload = this.#payloadOf(order)
    await exchange.turn('cancel', 'exit', signal)
    const { body } = await this.#signing().signer.sign(cancelAction(payload.asset, order.id))
    const answer = await exchange.send(body, signal)
    if (answer.kind === 'refused') throw new VenueError('refused', `cancel of ${order.id}: ${answer.message}`)
    // Cancelled, filled in between, never there: the record of the order tells, and also after an unclear answer.
    return lookup.lookup(order, payload, signal)
  }

  #payloadOf(order: SealedOrder): SealedPayload {
    const { options, signing } = this.#parts
    const payload = readPayload(order, options.network)
    // It may be of a former process, whose nonces must not be used again.
    signing?.signer.sawNonce(payload.nonce)
    return payload
  }

  #signing() {
    const { signing } = this.#parts
    if (signing !== null) return signing
    throw new VenueError('misconfigured', 'this entry has no key, so that it cannot sign orders')
  }

  /** Sets what an opening order needs first. Not needed for exits, which must not wait for it. */
  async #prepareInstrument(order: SealedOrder, payload: SealedPayload, signal: AbortSignal): Promise<Outcome | null> {
    const { signing } = this.#parts
    const instrument = this.#parts.instrument(order.instrument)
    if (payload.reduceOnly || signing === null || instrument === undefined) return null
    const answer = await signing.leverage.ensure(instrument, signal)
    if (answer === null || !this.#unsent.has(order.id)) return null
    if (answer.kind === 'unclear') {
      throw new VenueError(
        'unavailable',
        `leverage of ${order.instrument} could not be set, nothing was sent: ${answer.message}`,
      )
    }
    const reason = reasonOfText(answer.message)
    return {
      kind: 'rejected',
      reason: reason === 'other' ? 'leverage' : reason,
      message: `leverage: ${answer.message}`,
    }
  }

  /** Runs what must come before an order, but not longer than the order lives. @throws {VenueError} `rate-limited`: nothing was sent. */
  async #inTime<Result>(
    order: SealedOrder,
    payload: SealedPayload,
    signal: AbortSignal,
    run: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    const { clock, time } = this.#parts
    const late = new AbortController()
    using _timer = clock.after(Math.max(0, payload.expiresAfter - time.now()), () => late.abort())
    try {
      return await run(AbortSignal.any([signal, late.signal]))
    } catch (cause) {
      signal.throwIfAborted()
      if (!late.signal.aborted) throw cause
      throw new VenueError('rate-limited', `order ${order.id} was not sent: no request was free before it expired`, {
        cause,
      })
    }
  }

  async #refused(
    order: SealedOrder,
    payload: SealedPayload,
    message: string,
    again: boolean,
    signal: AbortSignal,
  ): Promise<Outcome> {
    const reason = reasonOfText(message)
    if (reason === 'duplicate' && !again) this.#parts.signing?.signer.nonceWasRefused()
    // The nonce was used: by this very order, sent before. And a late or repeated order may have been taken the first time.
    const provesNothing = again || reason === 'duplicate' || reason === 'expired'
    if (!provesNothing) return { kind: 'rejected', reason, message }
    const outcome = await this.#resolve(order, payload, signal)
    return outcome.kind === 'unknown' ? { kind: 'unknown', message: `${message}; ${outcome.message}` } : outcome
  }

  async #resolve(order: SealedOrder, payload: SealedPayload, signal: AbortSignal): Promise<Outcome> {
    try {
      return await this.#parts.lookup.lookup(order, payload, signal)
    } catch (error) {
      return { kind: 'unknown', message: error instanceof Error ? error.message : String(error) }
    }
  }
}
