import type { Clock, DecimalString, Outcome, SealedOrder } from '@portolan/core'
import { parseDecimal, ZERO } from '@portolan/core'
import type { SolPrice } from '../account/sol-price.ts'
import type { RpcCall } from '../rpc/rpc-endpoint.ts'
import type { SolanaRpc } from '../rpc/solana-rpc.ts'
import { explainFailure } from '../transaction/transaction-failure.ts'
import type { SealedPayload } from './sealed-payload.ts'
import type { Finding, SignatureSearch } from './signature-search.ts'
import { outcomeOf } from './swap-outcome.ts'

export interface SwapLookupParts {
  readonly rpc: SolanaRpc
  readonly search: SignatureSearch
  readonly solPrice: SolPrice
  readonly clock: Clock
}

/** What became of a swap, by the chain's records. Reads only. */
export class SwapLookup {
  readonly #parts: SwapLookupParts

  constructor(parts: SwapLookupParts) {
    this.#parts = parts
  }

  /** @throws {VenueError} when nobody can be asked: nothing is known then. */
  async lookup(order: SealedOrder, payload: SealedPayload, signal: AbortSignal): Promise<Outcome> {
    const call: RpcCall = { signal, priority: payload.priority }
    const found = await this.#parts.search.find(payload, call)
    return this.settle(order, payload, found, call)
  }

  /** Asks a single endpoint; `null` when it does not know the transaction. @throws {VenueError} */
  async peek(order: SealedOrder, payload: SealedPayload, turn: number, signal: AbortSignal): Promise<Outcome | null> {
    const call: RpcCall = { signal, priority: payload.priority }
    const found = await this.#parts.search.peek(payload.signature, turn, call)
    return found === null ? null : this.settle(order, payload, found, call)
  }

  async settle(order: SealedOrder, payload: SealedPayload, found: Finding, call: RpcCall): Promise<Outcome> {
    const { rpc, clock } = this.#parts
    switch (found.kind) {
      case 'pending':
        return { kind: 'unknown', message: found.message }
      case 'processed':
        return { kind: 'unknown', message: 'it is in a block that is not confirmed yet' }
      case 'expired':
        return { kind: 'expired', cause: 'time', message: found.message }
      case 'landed': {
        const landed = await rpc.transaction(payload.signature, call)
        if (landed !== null)
          return outcomeOf(landed, payload, order.instrument, await this.#solUsd(payload, call), clock.now())
        const { err } = found.status
        // A failure moved nothing but the fee: with the record gone, that it failed is all there is to know.
        if (err !== null && found.finalized) return { kind: 'rejected', ...explainFailure(err, []) }
        return { kind: 'unknown', message: 'it landed, but the endpoints do not give the transaction yet' }
      }
    }
  }

  async #solUsd({ solUsd }: SealedPayload, call: RpcCall): Promise<DecimalString> {
    if (solUsd !== null) return parseDecimal(solUsd)
    return (await this.#parts.solPrice.read(call)) ?? ZERO
  }
}
