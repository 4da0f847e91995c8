import { z } from 'zod'
import type { ApiReader } from '../market-data/api/api-reader.ts'

/** What Jupiter knows of a token beside its price. */
export interface TokenListing {
  readonly symbol: string | null
  /** USD; `null` when not told. */
  readonly marketCapUsd: number | null
}

/** Most mints of one search. Source: Jupiter's page on Tokens V2. */
const SEARCH_BATCH = 100

const listing = z.object({
  id: z.string().min(1),
  symbol: z.string().nullish(),
  mcap: z.string().nullish(),
})

/**
 * `GET /tokens/v2/search` by mint. Only names and market caps: what may not be known does not keep anybody from trading.
 * @throws {VenueError}
 */
export async function readListings(
  api: ApiReader,
  mints: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, TokenListing>> {
  const found = new Map<string, TokenListing>()
  for (let at = 0; at < mints.length; at += SEARCH_BATCH) {
    const query = mints.slice(at, at + SEARCH_BATCH).join(',')
    const answer = await api.get(`/tokens/v2/search?query=${query}`, z.array(z.unknown()), signal)
    for (const item of answer) {
      const read = listing.safeParse(item)
      if (!read.success) continue
      const { id, symbol, mcap } = read.data
      found.set(id, { symbol: plainSymbol(symbol ?? ''), marketCapUsd: roughly(Number(mcap ?? Number.NaN)) })
    }
  }
  return found
}

/** Anyone can name a token anything: what would break a line or a screen is left out. */
function plainSymbol(text: string): string | null {
  const plain = text.replaceAll(/[^\p{L}\p{N}\p{S}._-]/gu, '').slice(0, 16)
  return plain === '' ? null : plain
}

/** Two digits choose a market-cap bucket; more would be a change of the instrument at every reading. */
function roughly(value: number): number | null {
  return Number.isFinite(value) && value > 0 ? Number(value.toPrecision(2)) : null
}
