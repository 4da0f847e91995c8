/** From `lowerBound` USD of position notional on, at most `maxLeverage`. */
export interface MarginTier {
  readonly lowerBound: string
  readonly maxLeverage: number
}

/** A tiered table. An id below 50 is no table but a flat maximum leverage of that value. */
export interface MarginTable {
  readonly id: number
  readonly description: string
  readonly marginTiers: readonly MarginTier[]
}

function tiered(id: number, description: string, ...tiers: readonly (readonly [string, number])[]): MarginTable {
  return { id, description, marginTiers: tiers.map(([lowerBound, maxLeverage]) => ({ lowerBound, maxLeverage })) }
}

/** The tiered tables of the venue's margin page. Live `meta` always wins. */
export const MARGIN_TABLES: readonly MarginTable[] = [
  tiered(50, '', ['0.0', 50]),
  tiered(51, 'tiered 10x', ['0.0', 10], ['3000000.0', 5]),
  tiered(52, 'tiered 10x (2)', ['0.0', 10], ['20000000.0', 5]),
  tiered(53, 'tiered 20x', ['0.0', 20], ['40000000.0', 10]),
  tiered(54, 'tiered 20x (2)', ['0.0', 20], ['70000000.0', 10]),
  tiered(55, 'tiered 25x', ['0.0', 25], ['100000000.0', 15]),
  tiered(56, 'tiered 40x', ['0.0', 40], ['150000000.0', 20]),
]

const TABLE_BY_COIN: Readonly<Record<string, number>> = { BTC: 56, ETH: 55, SOL: 54, XRP: 53 }
const DEEP_ALTS = new Set(
  'AVAX LTC DOGE SUI kPEPE CRV LINK BCH APT AAVE WLD UNI TIA ADA NEAR kBONK ENA HYPE FARTCOIN TRUMP PUMP ZEC'.split(
    ' ',
  ),
)

/** The margin table of a perp in the bundled universe: its own, else one of the shared 10x tables, else its flat maximum. */
export function marginTableId(coin: string, maxLeverage: number): number {
  if (TABLE_BY_COIN[coin] !== undefined) return TABLE_BY_COIN[coin]
  if (maxLeverage !== 10) return maxLeverage
  return DEEP_ALTS.has(coin) ? 52 : 51
}
