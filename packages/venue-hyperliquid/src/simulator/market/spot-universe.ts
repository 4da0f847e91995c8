import type { Listing } from './listing.ts'

/** A token of the spot side. */
export interface SpotToken {
  readonly index: number
  readonly name: string
  readonly szDecimals: number
  readonly weiDecimals: number
}

interface SpotPair {
  /** Its id is 10000 more, and unless it is the first its name is `@` and this. */
  readonly index: number
  readonly base: string
  readonly quote: string
}

const TOKENS: readonly SpotToken[] = [
  { index: 0, name: 'USDC', szDecimals: 8, weiDecimals: 8 },
  { index: 1, name: 'PURR', szDecimals: 0, weiDecimals: 5 },
  { index: 150, name: 'HYPE', szDecimals: 2, weiDecimals: 8 },
  { index: 197, name: 'UBTC', szDecimals: 5, weiDecimals: 10 },
  { index: 221, name: 'UETH', szDecimals: 4, weiDecimals: 9 },
  { index: 235, name: 'USDE', szDecimals: 2, weiDecimals: 8 },
  { index: 268, name: 'USDT0', szDecimals: 2, weiDecimals: 8 },
  { index: 360, name: 'USDH', szDecimals: 2, weiDecimals: 8 },
]

const LAST_TOKEN = 360

/**
 * All tokens in order of their index, as on mainnet: clients look tokens up by place in the list as well as by index. The ones that no
 * pair needs are called `T<index>`.
 */
export const SPOT_TOKENS: readonly SpotToken[] = Array.from(
  { length: LAST_TOKEN + 1 },
  (_, index) =>
    TOKENS.find((token) => token.index === index) ?? { index, name: `T${index}`, szDecimals: 0, weiDecimals: 5 },
)

/** The pairs that trade. */
const PAIRS: readonly SpotPair[] = [
  { index: 0, base: 'PURR', quote: 'USDC' },
  { index: 107, base: 'HYPE', quote: 'USDC' },
  { index: 142, base: 'UBTC', quote: 'USDC' },
  { index: 151, base: 'UETH', quote: 'USDC' },
  { index: 230, base: 'USDH', quote: 'USDC' },
]

const FIRST_SPOT_ID = 10_000
const LAST_PAIR = 230

const UNUSED_TOKENS = SPOT_TOKENS.filter(({ index }) => !TOKENS.some((named) => named.index === index))

/** Every index up to the last has a pair, because clients find a pair's statistics by index or by place; those in between do not trade. */
const ALL_PAIRS: readonly SpotPair[] = Array.from({ length: LAST_PAIR + 1 }, (_, index) => {
  return PAIRS.find((pair) => pair.index === index) ?? { index, base: UNUSED_TOKENS[index]?.name ?? '', quote: 'USDC' }
})

/** The spot pairs. */
export const SPOT_LISTINGS: readonly Listing[] = ALL_PAIRS.map(({ index, base, quote }) => {
  const { szDecimals } = spotToken(base)
  return {
    kind: 'spot',
    asset: FIRST_SPOT_ID + index,
    name: index === 0 ? `${base}/${quote}` : `@${index}`,
    dex: '',
    szDecimals,
    maxPriceDecimals: 8 - szDecimals,
    maxLeverage: 1,
    marginTableId: 0,
    delisted: !PAIRS.some((pair) => pair.index === index),
    onlyIsolated: false,
    marginMode: null,
    growthMode: false,
    quote,
    base,
  }
})

/** @throws when there is none of that name. */
export function spotToken(name: string): SpotToken {
  const token = SPOT_TOKENS.find((candidate) => candidate.name === name)
  if (token === undefined) throw new RangeError(`no token ${name}`)
  return token
}

/** The perp whose price a token has, if any. */
const PRICE_OF: Readonly<Record<string, string>> = { PURR: 'PURR', HYPE: 'HYPE', UBTC: 'BTC', UETH: 'ETH' }

/** The coin whose seeded path a spot pair follows. A stable token has one of its own. */
export function pathOfPair(listing: Listing): string {
  return PRICE_OF[listing.base ?? ''] ?? listing.name
}
