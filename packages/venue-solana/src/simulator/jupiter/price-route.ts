import type { Pool } from '../market/pool.ts'
import type { JupiterContext, Route } from './jupiter-context.ts'
import { badRequest } from './query.ts'

const MOST_IDS = 50
const DAY_MS = 86_400_000

/** `GET /price/v3?ids=`: USD prices by mint; mints without one are left out. */
export const priceRoute: Route = (context, { url }) => {
  const ids = (url.searchParams.get('ids') ?? '').split(',').filter((id) => id !== '')
  if (ids.length === 0) throw badRequest('Query parameter ids is missing')
  if (ids.length > MOST_IDS) throw badRequest(`Too many ids requested, expected at most ${MOST_IDS}`)
  return Object.fromEntries(
    ids.flatMap((id) => {
      const price = priceOf(context, id)
      return price === undefined ? [] : [[id, price]]
    }),
  )
}

function priceOf({ chain, now }: JupiterContext, mint: string) {
  const blockId = chain.tip
  if (mint === chain.usdcMint) {
    return { createdAt: CREATED_AT, liquidity: 5e8, usdPrice: 1, blockId, decimals: 6, priceChange24h: 0 }
  }
  const pool = chain.pools.find(({ token }) => token.mint === mint)
  return (
    pool && {
      createdAt: CREATED_AT,
      liquidity: pool.liquidityAt(blockId),
      usdPrice: pool.priceAt(blockId),
      blockId,
      decimals: pool.token.decimals,
      priceChange24h: priceChange(pool, now(), DAY_MS),
    }
  )
}

export const CREATED_AT = '2024-06-05T08:55:25.527Z'

/** Percent over the last so many ms. */
export function priceChange(pool: Pool, now: number, ms: number): number {
  return (pool.fairPrice(now) / pool.fairPrice(now - ms) - 1) * 100
}
