import { z } from 'zod'
import { oneOf } from './fields.ts'

/** What becomes of trades by others on an entry's account. */
export const external = oneOf(['report', 'ignore', 'adopt']).default('report')

/** The section `execution` of a config. */
export const executionSchema = z.strictObject({
  exitAttempts: z.int().min(1).max(100).default(5),
  exitBackoffMs: z.int().min(1).max(60_000).default(500),
})

/** The section `reconcile` of a config. */
export const reconcileSchema = z
  .strictObject({
    onDisagreement: oneOf(['exit-only', 'halt']).default('exit-only'),
    everyMs: z.int().min(1_000).default(60_000),
    firstLookMs: z.int().min(1).default(2_000),
    longestLookMs: z.int().min(1).default(30_000),
  })
  .refine(({ firstLookMs, longestLookMs }) => firstLookMs <= longestLookMs, {
    path: ['longestLookMs'],
    error: 'must not be less than firstLookMs',
  })
