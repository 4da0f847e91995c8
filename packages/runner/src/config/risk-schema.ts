import { z } from 'zod'
import { oneOf } from './fields.ts'

const usd = z.number().positive()

const limits = z.strictObject({
  maxOrderUsd: usd.nullable(),
  maxPositionUsd: usd.nullable(),
  maxVenueUsd: usd.nullable(),
  maxTotalUsd: usd.nullable(),
  maxLeverage: z.number().positive().nullable(),
  maxOrdersPerMinute: z.int().positive().nullable(),
  maxPriceDeviationBps: z.number().positive().nullable(),
  maxPriceAgeMs: z.int().positive().nullable(),
})

const ENTRY = /^[^/\s]+\/[^/\s]+( \S+)?$/

/** The `risk` section: limits for all entries and for single ones, and loss limits. */
export const riskSchema = limits.partial().extend({
  dailyLossUsd: usd.nullable().default(null),
  drawdownUsd: usd.nullable().default(null),
  onBreach: oneOf(['reduce', 'halt', 'flatten']).default('reduce'),
  venues: z
    .record(
      z.string().regex(ENTRY, 'expected "token_chain/book_id" or "token_chain/book_id label"').toLowerCase(),
      limits.partial(),
    )
    .default({}),
})
