import type { Clock, Logger, Outcome, SealedOrder } from '@portolan/core'
import { isFinal } from '@portolan/core'
import { verdictOf } from '../jupiter/execute-code.ts'
import type { JupiterClient } from '../jupiter/jupiter-client.ts'
import { executeShape } from '../jupiter/swap-shapes.ts'
import type { SolanaRpc } from '../rpc/solana-rpc.ts'
import type { SealedPayload } from './sealed-payload.ts'
import type { SwapLookup } from './swap-lookup.ts'

export interface SwapSenderParts {
  readonly rpc: SolanaRpc
  readonly jupiter: JupiterClient
  readonly lookup: SwapLookup
  readonly clock: Clock
  readonly logger: Logger
  readonly timing: { readonly rebroadcastMs: number; readonly statusMs: number; readonly confirmMs: number }
}

/** Every so many single looks, all endpoints are asked, and whether it has expired. */
const LOOKS_PER_SEARCH = 5

/**
 * Sends the sealed bytes, again and again, until the chain says what became of them. The same bytes carry the same signature, of which the chain
 * executes one: nothing is ever quoted or signed here.
 */
export class SwapSender {
  readonly #parts: SwapSenderParts

  constructor(parts: SwapSenderParts) {
    this.#parts = parts
  }

  /** @returns `unknown` when it is not known in time, or the caller gave up. Never throws: something may have been sent. */
  async send(order: SealedOrder, payload: SealedPayload, signal: AbortSignal): Promise<Outcome> {
    const { clock, timing } = this.#parts
    const done = new AbortController()
    const either = AbortSignal.any([signal, done.signal])
    const until = clock.now() + timing.confirmMs
    let last = 'sent'
    if (payload.mode === 'order') void this.#execute(payload, either)
    const sending = this.#broadcastUntil(order, payload, either)
    try {
      for (let turn = 0; clock.now() < until; turn += 1) {
        await clock.sleep(timing.statusMs, signal)
        const outcome = await this.#look(order, payload, turn, signal)
        if (outcome === null) continue
        if (isFinal(outcome)) return outcome
        if ('message' in outcome) last = outcome.message
      }
      return { kind: 'unknown', message: `sent, and not confirmed after ${timing.confirmMs} ms: ${last}` }
    } catch (error) {
      return { kind: 'unknown', message: `sent; what became of it was not waited for: ${messageOf(error)}` }
    } finally {
      done.abort(new Error('the outcome is known or no longer waited for'))
      await sending
    }
  }

  /** Gives the bytes to every endpoint, once. */
  async broadcast(payload: SealedPayload, signal: AbortSignal): Promise<void> {
    const taken = await this.#parts.rpc.broadcast(payload.wire, { signal, priority: payload.priority })
    if (taken === 0 && !signal.aborted)
      this.#parts.logger.warn('no RPC endpoint took the transaction', { signature: payload.signature })
  }

  async #look(order: SealedOrder, payload: SealedPayload, turn: number, signal: AbortSignal): Promise<Outcome | null> {
    const { lookup, logger } = this.#parts
    try {
      const all = turn % LOOKS_PER_SEARCH === LOOKS_PER_SEARCH - 1
      if (all) return await lookup.lookup(order, payload, signal)
      return await lookup.peek(order, payload, turn, signal)
    } catch (error) {
      signal.throwIfAborted()
      logger.debug('a transaction could not be looked up', { signature: payload.signature, error: messageOf(error) })
      return null
    }
  }

  async #broadcastUntil(order: SealedOrder, payload: SealedPayload, signal: AbortSignal): Promise<void> {
    const { clock, timing, logger } = this.#parts
    try {
      for (;;) {
        // A slow endpoint does not hold up the others: each request ends by itself.
        void this.broadcast(payload, signal)
        await clock.sleep(timing.rebroadcastMs, signal)
      }
    } catch (error) {
      if (!signal.aborted) logger.error('rebroadcasting stopped', { order: order.id, error: messageOf(error) })
    }
  }

  /** Jupiter lands it. What it answers decides nothing: the chain does. Asked again while it does not know. */
  async #execute({ wire, requestId, lastValidBlockHeight, priority, signature }: SealedPayload, signal: AbortSignal) {
    const { jupiter, clock, timing, logger } = this.#parts
    const body = { signedTransaction: wire, requestId, lastValidBlockHeight: String(lastValidBlockHeight) }
    while (!signal.aborted) {
      try {
        const answer = await jupiter.execute(body, executeShape, { signal, priority })
        const verdict = verdictOf(answer)
        logger.info('Jupiter executed a swap', { signature, verdict, code: answer.code, said: answer.error ?? '' })
        if (verdict !== 'unclear') return
      } catch (error) {
        if (signal.aborted) return
        logger.warn('/execute did not answer clearly', { signature, error: messageOf(error) })
      }
      await clock.sleep(timing.rebroadcastMs, signal).catch(() => undefined)
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
