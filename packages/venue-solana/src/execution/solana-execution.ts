import type {
  Clock,
  Execution,
  Instrument,
  InstrumentId,
  OrderRequest,
  Outcome,
  SealedOrder,
  Signer,
} from '@portolan/core'
import { VenueError } from '@portolan/core'
import { movableUnitsOf, readHoldings } from '../account/holdings.ts'
import type { SolPrice } from '../account/sol-price.ts'
import type { SignedTransaction } from '../transaction/signed-transaction.ts'
import { addressOf, signMessage } from '../transaction/signed-transaction.ts'
import type { Token } from '../transaction/token.ts'
import { intentMark } from './intent-mark.ts'
import type { KnownOrders } from './known-orders.ts'
import type { Preparation, PreparationParts, ReadySwap } from './preparation.ts'
import { checkFunds } from './preparation.ts'
import { prepareBuild } from './prepare-build.ts'
import { prepareOrder } from './prepare-order.ts'
import type { SealedPayload } from './sealed-payload.ts'
import { readPayload } from './sealed-payload.ts'
import type { SwapLookup } from './swap-lookup.ts'
import { swapRequest } from './swap-request.ts'
import { touchesSol } from './swap-router.ts'
import type { SwapSender } from './swap-sender.ts'
import { swapAccounts } from './wallet-accounts.ts'

export interface ExecutionParts extends PreparationParts {
  readonly network: 'mainnet' | 'simulator'
  readonly clock: Clock
  /** `null` when the entry has no key: orders can then be looked up, but not made. */
  readonly signer: Signer | null
  readonly lookup: SwapLookup
  readonly sender: SwapSender
  readonly solPrice: SolPrice
  readonly known: KnownOrders
  readonly instrument: (id: InstrumentId) => Instrument | undefined
  /** The token of an instrument, as its mint tells. */
  readonly token: (id: InstrumentId) => Token | undefined
  /** What swaps are paid with. Throws {@link VenueError} before it is known. */
  readonly quote: () => Token
}

/** Swaps at or better than the limit price, all or nothing, each a transaction whose signature is known before it is sent. */
export class SolanaExecution implements Execution {
  readonly #parts: ExecutionParts
  // `lookup` sends nothing that `submit` has not: the runner may ask about an order that it decided not to send.
  readonly #submitted = new Set<string>()

  constructor(parts: ExecutionParts) {
    this.#parts = parts
  }

  async prepare(order: OrderRequest, signal: AbortSignal): Promise<SealedOrder> {
    signal.throwIfAborted()
    const { rpc, options, network, solPrice, known } = this.#parts
    const signer = this.#signer()
    const wallet = addressOf(signer)
    const base = this.#tradable(order)
    const quote = this.#parts.quote()
    const priority = order.side === 'sell' || order.urgency === 'critical' ? 'exit' : 'normal'
    const call = { signal, priority } as const
    const [holdings, solUsd] = await Promise.all([readHoldings(rpc, wallet, call), solPrice.read(call)])
    const request = swapRequest(order, base, quote, movableUnitsOf(holdings, base.mint, options.sol))
    const accounts = await swapAccounts(request, holdings, wallet, options.sol)
    const mark = intentMark(order.intentId)
    const preparation: Preparation = { request, wallet, urgency: order.urgency, mark, holdings, accounts, call }
    checkFunds(preparation, this.#parts)
    // Jupiter's own transactions unwrap SOL.
    const mode = options.sol === 'wrapped' && touchesSol(request) ? 'build' : options.mode
    const ready = await (mode === 'build' ? prepareBuild : prepareOrder)(this.#parts, preparation)
    const { wire, signature } = await this.#sign(signer, ready)
    const payload: SealedPayload = {
      format: 1,
      network,
      wallet,
      mode,
      wire,
      signature,
      blockhash: ready.blockhash,
      lastValidBlockHeight: ready.lastValidBlockHeight,
      slot: ready.slot,
      side: request.side,
      base,
      quote,
      amountIn: String(request.amountIn),
      minimumOut: String(request.minimumOut),
      tipLamports: String(options.tipLamports),
      priority,
      requestId: ready.requestId,
      solUsd,
    }
    known.add(signature)
    return { id: signature, instrument: order.instrument, expiresAt: null, payload }
  }

  async submit(order: SealedOrder, signal: AbortSignal): Promise<Outcome> {
    const payload = this.#read(order)
    this.#submitted.add(order.id)
    const outcome = await this.#parts.sender.send(order, payload, signal)
    this.#forget(order, outcome)
    return outcome
  }

  async lookup(order: SealedOrder, signal: AbortSignal): Promise<Outcome> {
    const payload = this.#read(order)
    const outcome = await this.#parts.lookup.lookup(order, payload, signal)
    this.#forget(order, outcome)
    if (outcome.kind === 'unknown' && this.#submitted.has(order.id)) await this.#parts.sender.broadcast(payload, signal)
    return outcome
  }

  /** A signature names one order alone: a transaction that another order has already is varied. */
  async #sign(signer: Signer, { message }: ReadySwap): Promise<SignedTransaction> {
    for (let variant = 0; ; variant += 1) {
      const bytes = message(variant)
      if (bytes === null) throw new VenueError('refused', 'duplicate: Jupiter gave the transaction of another order')
      const signed = await signMessage(signer, bytes)
      if (!this.#parts.known.has(signed.signature)) return signed
    }
  }

  #read(order: SealedOrder): SealedPayload {
    const payload = readPayload(order, this.#parts.network)
    this.#parts.known.add(order.id)
    return payload
  }

  #forget(order: SealedOrder, outcome: Outcome): void {
    if (outcome.kind !== 'unknown') this.#submitted.delete(order.id)
  }

  #signer(): Signer {
    const { signer } = this.#parts
    if (signer !== null) return signer
    throw new VenueError('misconfigured', 'this entry has no key, so that it cannot sign orders')
  }

  #tradable({ instrument, side }: OrderRequest): Token {
    const { network } = this.#parts
    const listed = this.#parts.instrument(instrument)
    const token = this.#parts.token(instrument)
    if (listed === undefined || token === undefined) {
      throw new VenueError('unknown-instrument', `${instrument} is not an instrument of this entry on ${network}`)
    }
    if (listed.status !== 'trading' && side === 'buy') {
      throw new VenueError('unknown-instrument', `${instrument} is not bought any more`)
    }
    return token
  }
}
