import type { Clock, Fill, Instrument, InstrumentId, Logger } from '@portolan/core'
import { VenueError, ZERO } from '@portolan/core'
import type { KnownOrders } from '../execution/known-orders.ts'
import type { RpcCall } from '../rpc/rpc-endpoint.ts'
import type { SignatureEntry } from '../rpc/rpc-shapes.ts'
import type { SolanaRpc } from '../rpc/solana-rpc.ts'
import type { Token } from '../transaction/token.ts'
import { WRAPPED_SOL, walletChange } from '../transaction/wallet-change.ts'
import type { SolPrice } from './sol-price.ts'
import type { Swap } from './swap-fill.ts'
import { fillOf, swapOf } from './swap-fill.ts'

export interface FillHistoryParts {
  readonly rpc: SolanaRpc
  readonly clock: Clock
  readonly logger: Logger
  readonly solPrice: SolPrice
  readonly known: KnownOrders
  readonly instruments: () => readonly Instrument[]
  readonly token: (id: InstrumentId) => Token | undefined
  readonly quote: () => Token
  /** Transactions that are read when there is no cursor. */
  readonly firstReach: number
}

const PAGE = 1_000
/** Slots before the cursor that are read again: an index may list transactions later than their neighbours. */
const OVERLAP_SLOTS = 64
/** Slots after which a transaction that no endpoint gives is given up: its record is gone. */
const LOST_SLOTS = 20_000
const KEPT = 5_000

/** Swaps that the wallet signed, read from its own transactions: ours and those made elsewhere. */
export class FillHistory {
  readonly #parts: FillHistoryParts
  /** What was read before, so that the overlap costs nothing. `null`: no fill. */
  readonly #read = new Map<string, Fill | null>()

  constructor(parts: FillHistoryParts) {
    this.#parts = parts
  }

  /**
   * Fills of all slots from a while before `from` on, oldest first.
   * @param from a slot; `null` for the newest transactions only.
   * @throws {VenueError} also when a listed transaction cannot be read yet: nothing may be passed over.
   */
  async since(
    wallet: string,
    from: number | null,
    call: RpcCall,
  ): Promise<{ readonly fills: readonly Fill[]; readonly slot: number }> {
    const entries = await this.#entries(wallet, from, call)
    const newest = entries[0]?.slot ?? from ?? 0
    const fills: Fill[] = []
    for (const entry of entries.toReversed()) {
      const fill = await this.#fillOf(wallet, entry, newest, call)
      if (fill !== null) fills.push(this.#claimed(fill))
    }
    return { fills, slot: Math.max(newest, from ?? 0) }
  }

  /** Newest first; failed ones moved nothing. */
  async #entries(wallet: string, from: number | null, call: RpcCall): Promise<readonly SignatureEntry[]> {
    const { rpc, firstReach } = this.#parts
    if (from === null) return executed(await rpc.signaturesOf(wallet, null, firstReach, call))
    const first = from - OVERLAP_SLOTS
    const found: SignatureEntry[] = []
    let before: string | null = null
    for (;;) {
      const page: readonly SignatureEntry[] = await rpc.signaturesOf(wallet, before, PAGE, call)
      found.push(...page.filter(({ slot }) => slot >= first))
      const last = page.at(-1)
      if (last === undefined || page.length < PAGE || last.slot < first) return executed(found)
      if (last.signature === before) throw new VenueError('malformed-answer', 'getSignaturesForAddress does not go on')
      before = last.signature
    }
  }

  async #fillOf(wallet: string, entry: SignatureEntry, newest: number, call: RpcCall): Promise<Fill | null> {
    const { signature, slot } = entry
    const before = this.#read.get(signature)
    if (before !== undefined) return before
    const { rpc, logger, clock, solPrice } = this.#parts
    const landed = await rpc.transaction(signature, call)
    if (landed === null) {
      if (newest - slot < LOST_SLOTS) {
        throw new VenueError('unavailable', `transaction ${signature} is listed, but not to be had yet`)
      }
      logger.warn('an old transaction of the wallet cannot be read any more', { signature, slot })
      return this.#keep(signature, null)
    }
    const quote = this.#parts.quote()
    const match = this.#match(walletChange(landed, wallet), quote, signature)
    if (match === null) return this.#keep(signature, null)
    const seconds = landed.blockTime ?? entry.blockTime
    const at = typeof seconds === 'number' ? seconds * 1000 : clock.now()
    const solUsd = (await solPrice.read(call)) ?? ZERO
    const origin = { instrument: match.instrument, signature, sealedId: null, at, solUsd }
    return this.#keep(signature, fillOf(match.swap, match.base, quote, origin))
  }

  /** Which instrument was traded for the quote asset. SOL moves in every transaction, so that it counts only where nothing else does. */
  #match(change: ReturnType<typeof walletChange>, quote: Token, signature: string) {
    const found: { readonly instrument: InstrumentId; readonly base: Token; readonly swap: Swap }[] = []
    for (const { id: instrument } of this.#parts.instruments()) {
      const base = this.#parts.token(instrument)
      const swap = base === undefined ? null : swapOf(change, base, quote)
      if (base !== undefined && swap !== null) found.push({ instrument, base, swap })
    }
    const tokens = found.filter(({ base }) => base.mint !== WRAPPED_SOL)
    if (tokens.length > 1) {
      this.#parts.logger.warn('a transaction swaps several tokens at once, so that none has a price', { signature })
      return null
    }
    if (tokens.length === 0 && [...change.tokens.keys()].some((mint) => mint !== quote.mint)) return null
    return tokens[0] ?? found[0] ?? null
  }

  #keep(signature: string, fill: Fill | null): Fill | null {
    if (this.#read.size >= KEPT) {
      const [oldest] = this.#read.keys()
      if (oldest !== undefined) this.#read.delete(oldest)
    }
    this.#read.set(signature, fill)
    return fill
  }

  #claimed(fill: Fill): Fill {
    return this.#parts.known.has(fill.orderId) ? { ...fill, sealedId: fill.orderId } : fill
  }
}

function executed(entries: readonly SignatureEntry[]): readonly SignatureEntry[] {
  return entries.filter(({ err }) => err === null)
}
