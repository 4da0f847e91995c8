import type { DecimalString } from '@portolan/core'
import { z } from 'zod'
import { approximateUsd, positiveDecimal, wholeNumber } from '../api/number-text.ts'

/** What Jupiter says of one mint. */
export interface PriceReading {
  readonly mint: string
  /** USD per token. */
  readonly price: DecimalString
  /** The block in which the price was last seen to hold. */
  readonly blockId: number
  /** USD in the token's pools; `null` where it is not told. */
  readonly liquidityUsd: number | null
}

/** One answer to `GET /price/v3`. */
export interface PriceAnswer {
  readonly readings: readonly PriceReading[]
  /** Entries that were refused: mint and why. Mints without an entry are unpriced, which is no fault. */
  readonly refused: readonly { readonly mint: string; readonly why: string }[]
}

/** Most mints of one request. Source: Jupiter's page on Price V3. */
export const PRICE_BATCH = 50

/** The answer as a whole: an object by mint. Each entry is judged by itself. */
export const priceEntries = z.record(z.string(), z.unknown())

const entry = z.object({
  usdPrice: positiveDecimal,
  blockId: wholeNumber,
  decimals: wholeNumber.optional(),
  liquidity: approximateUsd.nullish(),
})

/**
 * Reads the entries of the mints that were asked for. A mint that is absent or `null` has no price. One entry that is not as it should be
 * spoils no other.
 * @param decimals of the mint on chain: a price for other units is refused. `undefined` where not known.
 */
export function readPrices(
  entries: z.output<typeof priceEntries>,
  asked: readonly string[],
  decimals: (mint: string) => number | undefined,
): PriceAnswer {
  const readings: PriceReading[] = []
  const refused: { mint: string; why: string }[] = []
  for (const mint of asked) {
    const given = Object.hasOwn(entries, mint) ? entries[mint] : undefined
    if (given === undefined || given === null) continue
    const read = entry.safeParse(given)
    if (!read.success) {
      const [issue] = read.error.issues
      refused.push({ mint, why: `field ${issue?.path.join('.') ?? '?'} is not as expected` })
      continue
    }
    const known = decimals(mint)
    if (known !== undefined && read.data.decimals !== undefined && read.data.decimals !== known) {
      refused.push({ mint, why: `it counts ${read.data.decimals} decimals, the mint has ${known}` })
      continue
    }
    const { usdPrice: price, blockId, liquidity } = read.data
    readings.push({ mint, price, blockId, liquidityUsd: liquidity ?? null })
  }
  return { readings, refused }
}
