import type { DecimalString, Outcome } from '@portolan/core'
import { Exact, ZERO } from '@portolan/core'
import { z } from 'zod'
import { cloidText, decimalText, orderIdText } from '../rest/decode.ts'
import { reasonOfText } from './reject-reason.ts'

const ids = { oid: orderIdText, cloid: cloidText }
const status = z.union([
  z.object({ filled: z.object({ totalSz: decimalText, avgPx: decimalText, ...ids }) }),
  z.object({ resting: z.object(ids) }),
  z.object({ error: z.string() }),
])

const answer = z.object({ type: z.literal('order'), data: z.object({ statuses: z.array(z.unknown()).length(1) }) })

/**
 * The outcome of the one order that was sent, from the answer to it. "ok" alone says nothing: each status counts. Where there are more or fewer statuses than
 * orders, one that names no order (`waitingForFill`), one of another order or more than was ordered, the answer proves nothing and the records are asked.
 * @param quantity what was ordered, base units.
 * @param cloid its client order id.
 */
export function outcomeOfAnswer(response: unknown, quantity: DecimalString, cloid: string): Outcome {
  const read = answer.safeParse(response)
  const one = read.success ? status.safeParse(read.data.data.statuses[0]) : read
  if (!one.success || !read.success) {
    return { kind: 'unknown', message: `an answer that cannot be read: ${textOf(response)}` }
  }
  if ('error' in one.data) {
    return { kind: 'rejected', reason: reasonOfText(one.data.error), message: one.data.error }
  }
  const named = 'resting' in one.data ? one.data.resting.cloid : one.data.filled.cloid
  if (named !== null && named !== cloid) return { kind: 'unknown', message: `an answer about another order, ${named}` }
  if ('resting' in one.data) return { kind: 'resting', orderId: one.data.resting.oid, filled: ZERO }
  const { totalSz, avgPx, oid } = one.data.filled
  const filled = new Exact(totalSz)
  if (!filled.isPositive() || filled.isZero() || new Exact(avgPx).lte(0)) {
    return { kind: 'unknown', message: `a fill without amount: ${totalSz} at ${avgPx}` }
  }
  if (filled.gt(quantity)) {
    return { kind: 'unknown', message: `a fill of ${totalSz}, which is more than the ${quantity} that was ordered` }
  }
  const kind = filled.lt(quantity) ? 'partial' : 'filled'
  return { kind, orderId: oid, filled: totalSz, averagePrice: avgPx }
}

/** What can be shown of an answer. The venue's own text, once it is read, may be nested too deeply to be written again. */
function textOf(response: unknown): string {
  try {
    return String(JSON.stringify(response)).slice(0, 300)
  } catch (error) {
    return error instanceof Error ? error.message : 'not as text'
  }
}
