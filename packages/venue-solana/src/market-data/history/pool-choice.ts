import { VenueError } from '@portolan/core'
import { z } from 'zod'
import type { ApiReader } from '../api/api-reader.ts'

const poolList = z.object({
  data: z.array(z.object({ attributes: z.object({ address: z.string().min(1) }) })),
})

/**
 * The pool from which a token's bars come: the configured one, else the first that GeckoTerminal lists for it. A choice is kept for the run, since bars of two
 * pools do not fit together.
 */
export class PoolChoice {
  readonly #api: ApiReader
  readonly #configured: (mint: string) => string | undefined
  readonly #chosen = new Map<string, string>()

  constructor(api: ApiReader, configured: (mint: string) => string | undefined) {
    this.#api = api
    this.#configured = configured
  }

  /** `null` when nobody knows one now. @throws {VenueError} */
  async poolOf(mint: string, signal: AbortSignal): Promise<string | null> {
    const known = this.#configured(mint) ?? this.#chosen.get(mint)
    if (known !== undefined) return known
    const first = await this.#firstOf(mint, signal)
    if (first !== null) this.#chosen.set(mint, first)
    return first
  }

  async #firstOf(mint: string, signal: AbortSignal): Promise<string | null> {
    try {
      const { data } = await this.#api.get(`/networks/solana/tokens/${mint}/pools?page=1`, poolList, signal)
      return data[0]?.attributes.address ?? null
    } catch (error) {
      // A token without any pool is not found.
      if (error instanceof VenueError && error.code === 'refused') return null
      throw error
    }
  }
}
