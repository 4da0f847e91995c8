import { z } from 'zod'
import { durationMs } from './duration.ts'

const EXPECTED = "expected how long they are kept, e.g. '7d' or '12h', or false for ever"

/** ms; `null` for ever. */
const age = z.union([z.literal(false), z.string()], { error: EXPECTED }).transform((value, context): number | null => {
  if (value === false) return null
  const ms = durationMs(value)
  if (ms !== null) return ms
  context.addIssue({ code: 'custom', message: `${EXPECTED}, got "${value}"` })
  return z.NEVER
})

/** The section `retention` of a config. */
export const retentionSchema = z.strictObject({
  trades: age.prefault('7d'),
  steps: age.prefault('30d'),
  regimeReadings: age.prefault('30d'),
})
