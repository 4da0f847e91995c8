import type { DecimalString, Fill, InstrumentId } from '@portolan/core'
import { decimalFrom, Exact } from '@portolan/core'
import type { Token } from '../transaction/token.ts'
import { fromUnits, SOL_DECIMALS } from '../transaction/token.ts'
import type { WalletChange } from '../transaction/wallet-change.ts'
import { WRAPPED_SOL } from '../transaction/wallet-change.ts'

/** What a wallet gave and got of one pair, base units, both positive. */
export interface Swap {
  readonly side: 'buy' | 'sell'
  readonly baseUnits: bigint
  readonly quoteUnits: bigint
  /** Lamports that it cost beside: network fee, tip, rent of accounts that are not the wallet's. */
  readonly costLamports: bigint
}

/**
 * The swap of a pair, by the wallet's own balances.
 * @param tipLamports that are known to have gone to a landing service.
 * @returns `null` when the wallet did not give one for the other.
 */
export function swapOf(change: WalletChange, base: Token, quote: Token, tipLamports = 0n): Swap | null {
  const isSol = base.mint === WRAPPED_SOL
  // Kept as a token it is exact; as lamports of the wallet it is what is left when the known costs are taken off.
  const wrapped = isSol && change.wrapped !== 0n ? change.wrapped : null
  const solChange = wrapped ?? change.lamports + change.fee + tipLamports
  const baseChange = isSol ? solChange : (change.tokens.get(base.mint) ?? 0n)
  const quoteChange = change.tokens.get(quote.mint) ?? 0n
  const bought = baseChange > 0n && quoteChange < 0n
  const sold = baseChange < 0n && quoteChange > 0n
  if (!bought && !sold) return null
  return {
    side: bought ? 'buy' : 'sell',
    baseUnits: bought ? baseChange : -baseChange,
    quoteUnits: bought ? -quoteChange : quoteChange,
    costLamports: isSol ? solChange - change.lamports : -change.lamports,
  }
}

export interface FillOrigin {
  readonly instrument: InstrumentId
  readonly signature: string
  readonly sealedId: string | null
  /** ms. */
  readonly at: number
  /** USD for a SOL. */
  readonly solUsd: DecimalString
}

/** A swap as the ledger takes it. */
export function fillOf(swap: Swap, base: Token, quote: Token, origin: FillOrigin): Fill {
  return {
    id: `${origin.signature}:${base.mint}`,
    orderId: origin.signature,
    sealedId: origin.sealedId,
    instrument: origin.instrument,
    side: swap.side,
    price: priceOf(swap, base, quote),
    quantity: fromUnits(swap.baseUnits, base.decimals),
    fee: networkFee(swap.costLamports, origin.solUsd),
    at: origin.at,
  }
}

/** Lamports as a fee. */
export function networkFee(lamports: bigint, solUsd: DecimalString): Extract<Fill['fee'], { in: 'other' }> {
  const amount = fromUnits(lamports, SOL_DECIMALS)
  return { in: 'other', asset: 'SOL', amount, usd: decimalFrom(new Exact(amount).times(solUsd).toDecimalPlaces(18)) }
}

/** Quote for one base: what was paid divided by what arrived, to 30 significant digits. */
function priceOf({ baseUnits, quoteUnits }: Swap, base: Token, quote: Token): DecimalString {
  const price = new Exact(fromUnits(quoteUnits, quote.decimals)).div(fromUnits(baseUnits, base.decimals))
  return decimalFrom(price.toSignificantDigits(30).toDecimalPlaces(40))
}
