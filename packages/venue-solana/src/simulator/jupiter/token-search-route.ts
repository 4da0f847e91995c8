import type { Pool } from '../market/pool.ts'
import type { JupiterContext, Route } from './jupiter-context.ts'
import { CREATED_AT, priceChange } from './price-route.ts'
import { badRequest } from './query.ts'

const MOST_MINTS = 100
const MINUTE_MS = 60_000
const WINDOWS = { stats5m: 5, stats1h: 60, stats6h: 360, stats24h: 1_440 } as const

/** `GET /tokens/v2/search?query=`: by symbol, name or mints, comma-separated. */
export const tokenSearchRoute: Route = (context, { url }) => {
  const query = url.searchParams.get('query')
  if (query === null) throw badRequest('Query parameter query is missing')
  const words = query.split(',').map((word) => word.trim())
  if (words.length > MOST_MINTS) throw badRequest(`Too many mints, expected at most ${MOST_MINTS}`)
  const fits = ({ symbol, name, mint }: { symbol: string; name: string; mint: string }) =>
    words.some(
      (word) =>
        mint === word ||
        symbol.toLowerCase() === word.toLowerCase() ||
        (word.length > 2 && name.toLowerCase().includes(word.toLowerCase())),
    )
  const { chain } = context
  const usdc = { symbol: 'USDC', name: 'USD Coin', mint: chain.usdcMint }
  return [
    ...(fits(usdc) ? [usdcInfo(context)] : []),
    ...chain.pools.filter(({ token }) => fits(token)).map((pool) => tokenInfo(context, pool)),
  ]
}

function usdcInfo({ chain }: JupiterContext) {
  return {
    id: chain.usdcMint,
    name: 'USD Coin',
    symbol: 'USDC',
    icon: null,
    decimals: 6,
    tokenProgram: 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA',
    createdAt: CREATED_AT,
    usdPrice: 1,
    priceBlockId: chain.tip,
    liquidity: 5e8,
    isVerified: true,
    tags: ['verified'],
    organicScore: 100,
    organicScoreLabel: 'high',
  }
}

function tokenInfo({ chain, now }: JupiterContext, pool: Pool) {
  const { token } = pool
  const usdPrice = pool.priceAt(chain.tip)
  const supply = 1e18 / 10 ** token.decimals
  const stats = Object.entries(WINDOWS).map(([name, minutes]) => {
    const volume = minutes * token.minuteVolumeUsd * token.activity
    const value = {
      priceChange: priceChange(pool, now(), minutes * MINUTE_MS),
      buyVolume: volume / 2,
      sellVolume: volume / 2,
      numBuys: Math.ceil(minutes * token.activity),
      numSells: Math.ceil(minutes * token.activity),
    }
    return [name, value] as const
  })
  return {
    id: token.mint,
    name: token.name,
    symbol: token.symbol,
    icon: null,
    decimals: token.decimals,
    tokenProgram: token.tokenProgram,
    createdAt: CREATED_AT,
    firstPool: { id: pool.address, createdAt: CREATED_AT },
    circSupply: supply,
    totalSupply: supply,
    holderCount: 1_000,
    audit: {
      mintAuthorityDisabled: !token.hasMintAuthority,
      freezeAuthorityDisabled: !token.hasFreezeAuthority,
    },
    usdPrice,
    priceBlockId: chain.tip,
    liquidity: pool.liquidityAt(chain.tip),
    mcap: supply * usdPrice,
    fdv: supply * usdPrice,
    ...Object.fromEntries(stats),
    organicScore: 50,
    organicScoreLabel: 'medium',
    isVerified: true,
    tags: ['verified'],
  }
}
