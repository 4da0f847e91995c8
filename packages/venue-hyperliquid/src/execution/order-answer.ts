import type { DecimalString, Outcome } from '@portolan/core'
import { Exact, ZERO } from '@portolan/core'
import { z } from 'zod'
import { decimalText, orderIdText } from '../rest/decode.ts'
import { reasonOfText } from './reject-reason.ts'

const status = z.union([
  z.object({ filled: z.object({ totalSz: decimalText, avgPx: decimalText, oid: orderIdText }) }),
  z.object({ resting: z.object({ oid: orderIdText }) }),
  z.object({ error: z.string() }),
])

const answer = z.object({ type: z.literal('order'), data: z.object({ statuses: z.array(z.unknown()).length(1) }) })

/**
 * The outcome of the one order that was sent, from the answer to it. "ok" alone says nothing: each status counts.
 * @param quantity what was ordered, base units.
 */
export function outcomeOfAnswer(response: unknown, quantity: DecimalString): Outcome {
  const read = answer.safeParse(response)
  const one = read.success ? status.safeParse(read.data.data.statuses[0]) : read
  if (!one.success || !read.success) {
    return { kind: 'unknown', message: `an answer that cannot be read: ${JSON.stringify(response)?.slice(0, 300)}` }
  }
  if ('error' in one.data) {
    return { kind: 'rejected', reason: reasonOfText(one.data.error), message: one.data.error }
  }
  if ('resting' in one.data) return { kind: 'resting', orderId: one.data.resting.oid, filled: ZERO }
  const { totalSz, avgPx, oid } = one.data.filled
  const filled = new Exact(totalSz)
  if (!filled.isPositive() || filled.isZero() || new Exact(avgPx).lte(0)) {
    return { kind: 'unknown', message: `a fill without amount: ${totalSz} at ${avgPx}` }
  }
  const kind = filled.lt(quantity) ? 'partial' : 'filled'
  return { kind, orderId: oid, filled: totalSz, averagePrice: avgPx }
}
