import type { DecimalString, Instrument } from '@portolan/core'
import { decimalFrom, Exact, instrumentId, parseDecimal } from '@portolan/core'
import { z } from 'zod'
import { BASE_FEES } from '../reference/index.ts'
import type { MetaAsset } from './meta-shape.ts'

/** Asset of prices, fees and collateral on the venue's own exchange (`collateralToken` 0). */
export const COLLATERAL = 'USDC'

const MAX_PRICE_DECIMALS = 6
const MIN_NOTIONAL = parseDecimal('10')

/** What the adapter keeps in {@link Instrument.venue}. `asset` is `null` offline: an asset id may only come from live metadata. */
const perpDetails = z.object({
  asset: z.number().int().nonnegative().nullable(),
  szDecimals: z.number().int(),
  onlyIsolated: z.boolean(),
})

/** Details of a perpetual that only the adapter reads. */
export type PerpDetails = z.output<typeof perpDetails>

/**
 * A perpetual by the venue's rules: at most 5 significant figures and `6 - szDecimals` decimals in a price, integers always allowed;
 * sizes of `szDecimals` decimals; 10 USD at least unless a reduce-only order closes everything.
 * Source: the venue's page on tick and lot size; minimum and its exemption as measured on testnet (fact sheet, section 7).
 */
export function perpInstrument(listed: MetaAsset, asset: number | null): Instrument {
  const details: PerpDetails = {
    asset,
    szDecimals: listed.szDecimals,
    onlyIsolated: listed.onlyIsolated === true || (listed.marginMode ?? null) !== null,
  }
  return {
    id: instrumentId(listed.name),
    base: listed.name,
    quote: COLLATERAL,
    status: listed.isDelisted === true ? 'delisted' : 'trading',
    sizing: {
      price: {
        kind: 'significant-figures',
        figures: 5,
        maxDecimals: MAX_PRICE_DECIMALS - listed.szDecimals,
        integersAlways: true,
      },
      quantityStep: powerOfTen(-listed.szDecimals),
      minQuantity: powerOfTen(-listed.szDecimals),
      minNotional: MIN_NOTIONAL,
      maxQuantity: null,
      maxNotional: null,
      maxLeverage: listed.maxLeverage,
      closeExemptFromMinimums: true,
      buyUnit: 'base',
      quoteStep: powerOfTen(-MAX_PRICE_DECIMALS),
    },
    fees: { takerBps: basisPoints(BASE_FEES.taker), makerBps: basisPoints(BASE_FEES.maker) },
    // The venue tells no supply.
    marketCapUsd: null,
    venue: details,
  }
}

/** The details again, checked: an instrument may have been stored and read back. */
export function detailsOf(instrument: Instrument): PerpDetails {
  return perpDetails.parse(instrument.venue)
}

function powerOfTen(exponent: number): DecimalString {
  return decimalFrom(new Exact(10).pow(exponent))
}

function basisPoints(fraction: string): number {
  return new Exact(fraction).times(10_000).toNumber()
}
