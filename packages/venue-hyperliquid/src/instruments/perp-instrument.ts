import type { DecimalString, Instrument } from '@portolan/core'
import { decimalFrom, Exact, instrumentId, parseDecimal } from '@portolan/core'
import { z } from 'zod'
import { BASE_FEES } from '../reference/index.ts'
import type { Dex } from './dex.ts'
import { balanceName, OWN_DEX } from './dex.ts'
import { maxMarketNotional } from './market-limits.ts'
import type { MetaAsset } from './meta-shape.ts'

/** Asset of prices, fees and collateral on the venue's own exchange (`collateralToken` 0). */
export const COLLATERAL = 'USDC'

const MAX_PRICE_DECIMALS = 6
const MIN_NOTIONAL = parseDecimal('10')
/** Builders' perpetuals cost twice the fees, a tenth of that while their `growthMode` is on. Source: the venue's page on fees. */
const BUILDER_FEES = 2
const GROWTH_FEES = 0.1

/** The venue's own exchange. */
export const OWN: Dex = { name: OWN_DEX, index: 0, collateral: COLLATERAL }

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
 * @param asset its id in orders; `null` where only live metadata can tell it.
 * Source: the venue's page on tick and lot size; minimum and its exemption as measured on testnet (fact sheet, section 7).
 */
export function perpInstrument(listed: MetaAsset, dex: Dex, asset: number | null): Instrument {
  const details: PerpDetails = {
    asset,
    szDecimals: listed.szDecimals,
    onlyIsolated: listed.onlyIsolated === true || (listed.marginMode ?? null) !== null,
  }
  return {
    id: instrumentId(listed.name),
    base: dex.name === OWN_DEX ? listed.name : listed.name.slice(dex.name.length + 1),
    quote: dex.collateral,
    ...(dex.name === OWN_DEX ? {} : { collateral: balanceName(dex) }),
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
      maxNotional: maxMarketNotional(listed.maxLeverage),
      maxLeverage: listed.maxLeverage,
      closeExemptFromMinimums: true,
      buyUnit: 'base',
      quoteStep: powerOfTen(-MAX_PRICE_DECIMALS),
    },
    fees: { takerBps: feeBps(BASE_FEES.taker, listed, dex), makerBps: feeBps(BASE_FEES.maker, listed, dex) },
    // The venue tells no supply.
    marketCapUsd: null,
    venue: details,
  }
}

/** The details again, checked once: an instrument may have been stored and read back. */
export function detailsOf(instrument: Instrument): PerpDetails {
  const known = checked.get(instrument)
  if (known !== undefined) return known
  const details = perpDetails.parse(instrument.venue)
  checked.set(instrument, details)
  return details
}

const checked = new WeakMap<Instrument, PerpDetails>()

function powerOfTen(exponent: number): DecimalString {
  return decimalFrom(new Exact(10).pow(exponent))
}

function feeBps(fraction: string, { growthMode }: MetaAsset, { name }: Dex): number {
  const builder = name === OWN_DEX ? 1 : BUILDER_FEES
  const growth = growthMode === 'enabled' ? GROWTH_FEES : 1
  return new Exact(fraction).times(10_000).times(builder).times(growth).toNumber()
}
