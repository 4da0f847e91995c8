import type { ReferencePerp } from '../../reference/index.ts'
import { marginTableId } from '../../reference/index.ts'

/** A perp of the venue's own exchange or of a builder's dex, or a spot pair. Its id stays when it is delisted. */
export interface Listing {
  readonly kind: 'perp' | 'spot'
  readonly asset: number
  /** As the venue calls it: `BTC`, `xyz:TSLA`, `PURR/USDC`, `@107`. Case matters. */
  readonly name: string
  /** Name of its dex, empty for the venue's own exchange and for spot. */
  readonly dex: string
  readonly szDecimals: number
  /** Decimals that a price has at most: 6 (spot: 8) less those of a size. */
  readonly maxPriceDecimals: number
  /** 1 for spot. */
  readonly maxLeverage: number
  readonly marginTableId: number
  readonly delisted: boolean
  /** Its positions have margin of their own. `strictIsolated`: and it cannot be taken out. */
  readonly onlyIsolated: boolean
  readonly marginMode: 'strictIsolated' | 'noCross' | null
  /** Builders' new markets: a tenth of the fees. */
  readonly growthMode: boolean
  /** What is paid with: the collateral of a perp, the quote of a pair. */
  readonly quote: string
  /** Token of a spot pair, else `null`. */
  readonly base: string | null
}

/** A perp of a universe, own or builder's, before anybody trades it. */
export interface UniversePerp extends ReferencePerp {
  readonly onlyIsolated?: true
  readonly marginMode?: 'strictIsolated' | 'noCross'
  readonly growthMode?: true
}

/** What a perp of a universe is listed as. */
export function perpListing(
  perp: UniversePerp,
  at: { readonly asset: number; readonly dex: string; readonly collateral: string; readonly delisted: boolean },
): Listing {
  return {
    kind: 'perp',
    asset: at.asset,
    name: perp.name,
    dex: at.dex,
    szDecimals: perp.szDecimals,
    maxPriceDecimals: 6 - perp.szDecimals,
    maxLeverage: perp.maxLeverage,
    marginTableId: at.dex === '' ? marginTableId(perp.name, perp.maxLeverage) : perp.maxLeverage,
    delisted: at.delisted,
    onlyIsolated: perp.onlyIsolated === true,
    marginMode: perp.marginMode ?? null,
    growthMode: perp.growthMode === true,
    quote: at.collateral,
    base: null,
  }
}

/** The dex of a coin by its name: `xyz` of `xyz:TSLA`, else the venue's own. */
export function dexOf(coin: string): string {
  const colon = coin.indexOf(':')
  return colon < 0 ? '' : coin.slice(0, colon)
}
