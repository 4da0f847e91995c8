import type { Account, Balance, Fill, Instrument, InstrumentId, OpenOrder, VenuePosition } from '@portolan/core'
import { VenueError } from '@portolan/core'
import type { SolReserve } from '../execution/sol-reserve.ts'
import type { SolanaRpc } from '../rpc/solana-rpc.ts'
import type { Token } from '../transaction/token.ts'
import { fromUnits, SOL_DECIMALS } from '../transaction/token.ts'
import { WRAPPED_SOL } from '../transaction/wallet-change.ts'
import type { FillHistory } from './fill-history.ts'
import type { Holdings, SolForm } from './holdings.ts'
import { movableUnitsOf, readHoldings, unitsOf } from './holdings.ts'

export interface SolanaAccountParts {
  readonly rpc: SolanaRpc
  /** Throws while the entry has no wallet. */
  readonly wallet: () => string
  readonly reserve: SolReserve
  readonly sol: SolForm
  readonly history: FillHistory
  readonly instruments: () => readonly Instrument[]
  readonly token: (id: InstrumentId) => Token | undefined
  readonly quote: () => Token
  /** Name of the quote asset, e.g. `USDC`. */
  readonly quoteAsset: string
  /** Told of the wallet's lamports whenever they are read. */
  readonly onLamports: (lamports: bigint) => void
}

/** Reads of the wallet, each from the chain, over all of its token accounts. */
export class SolanaAccount implements Account {
  readonly #parts: SolanaAccountParts

  constructor(parts: SolanaAccountParts) {
    this.#parts = parts
  }

  /** The quote asset by its name, SOL less the reserve, and every other known token by its mint. Frozen accounts are total, not available. */
  async balances(signal: AbortSignal): Promise<readonly Balance[]> {
    const { quoteAsset, reserve, sol: form } = this.#parts
    const quote = this.#parts.quote()
    const holdings = await this.#holdings(signal)
    const balance = (asset: string, { mint, decimals }: Token): Balance => ({
      asset,
      total: fromUnits(unitsOf(holdings, mint, form), decimals),
      available: fromUnits(movableUnitsOf(holdings, mint, form), decimals),
    })
    const sol: Balance = {
      asset: 'SOL',
      total: fromUnits(holdings.lamports, SOL_DECIMALS),
      available: fromUnits(reserve.spendable(holdings.lamports), SOL_DECIMALS),
    }
    const shown = new Set([quote.mint, ...(form === 'native' ? [WRAPPED_SOL] : [])])
    const tokens = this.#tokens().filter(({ token }) => !shown.has(token.mint))
    const held = tokens.filter(({ token }) => unitsOf(holdings, token.mint, form) > 0n)
    return [balance(quoteAsset, quote), sol, ...held.map(({ token }) => balance(token.mint, token))]
  }

  /** What is held of each instrument. Native SOL is none where SOL is held wrapped, and else what is beyond the reserve. */
  async positions(signal: AbortSignal): Promise<readonly VenuePosition[]> {
    const { reserve, sol } = this.#parts
    const holdings = await this.#holdings(signal)
    return this.#tokens().flatMap(({ instrument, token }) => {
      const units = unitsOf(holdings, token.mint, sol)
      const quantity = token.mint === WRAPPED_SOL && sol === 'native' ? reserve.spendable(units) : units
      return quantity === 0n ? [] : [{ instrument, quantity: fromUnits(quantity, token.decimals), averageEntry: null }]
    })
  }

  /** Swaps do not rest. */
  async openOrders(): Promise<readonly OpenOrder[]> {
    return []
  }

  /** The cursor is the slot of the newest transaction seen. */
  async fills(
    cursor: string | null,
    signal: AbortSignal,
  ): Promise<{ readonly fills: readonly Fill[]; readonly cursor: string }> {
    const { history, wallet } = this.#parts
    const { fills, slot } = await history.since(wallet(), cursor === null ? null : readCursor(cursor), { signal })
    return { fills, cursor: String(slot) }
  }

  async #holdings(signal: AbortSignal): Promise<Holdings> {
    const holdings = await readHoldings(this.#parts.rpc, this.#parts.wallet(), { signal })
    this.#parts.onLamports(holdings.lamports)
    return holdings
  }

  #tokens(): readonly { readonly instrument: InstrumentId; readonly token: Token }[] {
    return this.#parts.instruments().flatMap(({ id }) => {
      const token = this.#parts.token(id)
      return token === undefined ? [] : [{ instrument: id, token }]
    })
  }
}

function readCursor(cursor: string): number {
  const slot = Number(cursor)
  if (Number.isSafeInteger(slot) && slot >= 0) return slot
  throw new VenueError('misconfigured', `"${cursor}" is not a cursor of this adapter: a slot was expected`)
}
