import type { Listing } from './listing.ts'
import { Random, seedOf } from './random.ts'
import { pathOfPair } from './spot-universe.ts'

/** How a coin trades in the simulated market. */
export interface CoinProfile {
  readonly coin: string
  /** The coin whose seeded path it follows: its own, or that of the perp on the same token. */
  readonly path: string
  readonly szDecimals: number
  readonly maxLeverage: number
  /** USD around which the price wanders. */
  readonly referencePrice: number
  /** Standard deviation of the log return of a year. */
  readonly annualVolatility: number
  /** Mean number of market trades; at least 6, so that a minute can reach its open, high, low and close. */
  readonly tradesPerMinute: number
  readonly dailyVolumeUsd: number
  /** Ticks between the best bid and the best ask. */
  readonly spreadTicks: number
  /** Mean USD that rests on one level of the book. */
  readonly levelUsd: number
}

type Row = readonly [price: number, volatility: number, trades: number, volumeUsd: number, levelUsd: number]

const KNOWN: Readonly<Record<string, Row>> = {
  BTC: [84_000, 0.5, 180, 3e9, 150_000],
  ETH: [2900, 0.7, 150, 2e9, 100_000],
  SOL: [135, 0.85, 120, 8e8, 60_000],
  HYPE: [32, 1, 100, 5e8, 30_000],
  XRP: [2.1, 0.9, 45, 2e8, 20_000],
  BNB: [860, 0.6, 30, 5e7, 12_000],
  DOGE: [0.14, 1, 30, 8e7, 12_000],
  SUI: [1.6, 1.1, 30, 5e7, 9000],
  AVAX: [14, 1, 24, 3e7, 9000],
  LINK: [13, 0.95, 24, 3e7, 9000],
  kPEPE: [0.0046, 1.2, 30, 4e7, 8000],
  kBONK: [0.0095, 1.3, 20, 1e7, 5000],
  kSHIB: [0.0085, 1, 16, 4e6, 4000],
  FARTCOIN: [0.3, 1.5, 30, 6e7, 6000],
  PUMP: [0.0028, 1.5, 30, 6e7, 6000],
  AAVE: [180, 1, 20, 2e7, 7000],
  LTC: [84, 0.8, 16, 1e7, 7000],
  BCH: [540, 0.8, 14, 6e6, 6000],
  ADA: [0.42, 0.9, 20, 2e7, 7000],
  PAXG: [4200, 0.25, 14, 1e7, 9000],
  TAO: [280, 1.1, 16, 8e6, 4000],
  TRX: [0.28, 0.5, 12, 4e6, 5000],
  WLD: [0.62, 1.2, 16, 8e6, 4000],
  ENA: [0.27, 1.3, 24, 3e7, 6000],
  'xyz:XYZ100': [24_800, 0.25, 40, 1e8, 40_000],
  'xyz:SP500': [6600, 0.2, 20, 2e7, 20_000],
  'xyz:TSLA': [400, 0.55, 20, 2e7, 9000],
  'xyz:NVDA': [180, 0.5, 20, 2e7, 9000],
  'xyz:GOLD': [4100, 0.2, 20, 2e7, 12_000],
  'xyz:HOOD': [110, 0.7, 12, 5e6, 4000],
  'flx:TSLA': [400, 0.55, 12, 2e6, 4000],
  'flx:GOLD': [4100, 0.2, 12, 2e6, 5000],
  'flx:CRCL': [75, 0.9, 10, 1e6, 3000],
  '@230': [1, 0.002, 12, 3e6, 50_000],
}

/** The trading character of a perp: written down for the large ones, drawn around its lot size for the rest. */
export function coinProfile(perp: Pick<Listing, 'name' | 'szDecimals' | 'maxLeverage'>): CoinProfile {
  const [price, volatility, trades, volumeUsd, levelUsd] = KNOWN[perp.name] ?? drawn(perp)
  return {
    coin: perp.name,
    path: perp.name,
    szDecimals: perp.szDecimals,
    maxLeverage: perp.maxLeverage,
    referencePrice: price,
    annualVolatility: volatility,
    tradesPerMinute: trades,
    dailyVolumeUsd: volumeUsd,
    spreadTicks: trades >= 60 ? 1 : trades >= 20 ? 2 : 4,
    levelUsd,
  }
}

/** A spot pair trades as the perp on its token does. */
export function spotProfile(pair: Listing): CoinProfile {
  return { ...coinProfile({ ...pair, name: pathOfPair(pair) }), coin: pair.name }
}

// The venue chooses szDecimals so that a lot is worth about a dollar: a price can be guessed from it.
function drawn(perp: Pick<Listing, 'name' | 'szDecimals'>): Row {
  const random = new Random(seedOf('profile', perp.name))
  const price = 0.25 * 10 ** perp.szDecimals * Math.exp(random.normal() * 0.8)
  return [price, 1 + random.next() * 0.5, 8 + random.int(6), 5e5 * Math.exp(random.next() * 3), 1500]
}
