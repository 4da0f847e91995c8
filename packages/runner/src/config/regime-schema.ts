import type { MARKET_CAP_BUCKETS } from '@portolan/core'
import { TIMEFRAMES } from '@portolan/core'
import { z } from 'zod'
import { key, label, oneOf, token } from './fields.ts'

/** A series of a venue. */
export const venueSource = z.strictObject({ venue: key, label: label.optional(), token })

/** Recorded bars. */
export const fileSource = z.strictObject({ csv: z.string().min(1), timeframe: oneOf(TIMEFRAMES) })

const SOURCE = "expected { venue: 'token_chain/book_id', token: 'BTC' } or { csv: 'path', timeframe: '1d' }"

const source = z.union([venueSource, fileSource], { error: SOURCE })
const sources = z.union([source, z.array(source).min(1, 'name a source or leave it out')], {
  error: `${SOURCE}, or a list of such`,
})

const members = z.array(token).min(1, 'name a token or leave it out').optional()

const bucket = z.strictObject({
  venue: key,
  label: label.optional(),
  nano: members,
  micro: members,
  small: members,
  mid: members,
  large: members,
} satisfies Record<(typeof MARKET_CAP_BUCKETS)[number] | 'venue' | 'label', z.ZodType>)

/** The section `regime` of a config. */
export const regimeSchema = z.strictObject({
  drivers: z
    .strictObject({
      btc: sources.optional(),
      alt: sources.optional(),
      btc_dominance: sources.optional(),
      usdt_dominance: sources.optional(),
      bucket: bucket.optional(),
    })
    .prefault({}),
  marketCaps: z.record(z.string().trim().min(1), z.number().positive('expected USD above 0')).default({}),
})

export type ParsedRegime = z.output<typeof regimeSchema>
export type ParsedSources = z.output<typeof sources>
