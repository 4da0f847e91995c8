import type { DecimalString, Instrument } from '@portolan/core'
import { decimalFrom, decimalFromNumber, Exact, instrumentId } from '@portolan/core'
import { z } from 'zod'
import type { InstrumentOptions } from '../options/instrument-options.ts'
import type { SolanaOptions } from '../options.ts'
import type { MintFacts } from './mint-account.ts'
import type { TokenListing } from './token-list.ts'

/** What the adapter keeps in {@link Instrument.venue}. */
const tokenDetails = z.object({
  decimals: z.number().int().nonnegative(),
  /** The token program that owns the mint. */
  program: z.string(),
  /** Token-2022 transfer fee, bps. */
  transferFeeBps: z.number().nonnegative(),
})

/** Details of a token that only the adapter reads. */
export type TokenDetails = z.output<typeof tokenDetails>

/** A token with what is known of it. */
export interface Token {
  readonly options: InstrumentOptions
  readonly facts: MintFacts
  readonly listing: TokenListing | null
}

/**
 * A token as it is traded by swaps: buys say what they spend, quantities are whole base units of the mint, any price is a price. There is no leverage and no
 * short, and the chain has no minimum.
 * @param quoteDecimals of the quote mint.
 */
export function tokenInstrument(token: Token, options: SolanaOptions, quoteDecimals: number): Instrument {
  const { facts, listing } = token
  const { decimals, program, extensions } = facts
  const details: TokenDetails = { decimals, program, transferFeeBps: extensions.transferFeeBps }
  return {
    id: instrumentId(token.options.mint),
    base: symbolOf(token),
    quote: options.quoteAsset,
    status: 'trading',
    sizing: {
      price: { kind: 'any' },
      quantityStep: powerOfTen(-decimals),
      minQuantity: powerOfTen(-decimals),
      minNotional: decimalFromNumber(options.sizing.minNotional),
      maxQuantity: null,
      maxNotional: null,
      maxLeverage: 1,
      closeExemptFromMinimums: true,
      buyUnit: 'quote',
      quoteStep: powerOfTen(-quoteDecimals),
    },
    fees: { takerBps: options.sizing.feeBps, makerBps: options.sizing.feeBps },
    marketCapUsd: listing?.marketCapUsd ?? null,
    venue: details,
  }
}

/** The details again, checked: an instrument may have been stored and read back. */
export function tokenDetailsOf(instrument: Instrument): TokenDetails {
  return tokenDetails.parse(instrument.venue)
}

function symbolOf({ options, listing, facts }: Token): string {
  return (
    options.symbol ??
    listing?.symbol ??
    facts.extensions.symbol ??
    `${options.mint.slice(0, 4)}..${options.mint.slice(-4)}`
  )
}

function powerOfTen(exponent: number): DecimalString {
  return decimalFrom(new Exact(10).pow(exponent))
}
