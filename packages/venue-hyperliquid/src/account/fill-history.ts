import { VenueError } from '@portolan/core'
import { z } from 'zod'
import type { InfoCall, InfoClient } from '../rest/info-client.ts'
import type { VenueFill } from './fill-shape.ts'
import { fillShape } from './fill-shape.ts'

const PAGE = 2000

/** Which fills. */
export interface FillRange {
  readonly user: string
  /** ms, inclusive. */
  readonly from: number
  /** ms, inclusive; absent for up to now. */
  readonly to?: number
}

/**
 * All fills of a range, oldest first, each once. The venue answers at most 2000 at a time and reaches back about 10,000; the next page
 * starts with the last one's millisecond, so that none of several fills in it is missed.
 * @throws {VenueError}
 */
export async function readFills(info: InfoClient, range: FillRange, call: InfoCall): Promise<readonly VenueFill[]> {
  const found = new Map<string, VenueFill>()
  let from = range.from
  for (;;) {
    const request = { type: 'userFillsByTime', user: range.user, startTime: from, aggregateByTime: false } as const
    const page = await info.ask(
      range.to === undefined ? request : { ...request, endTime: range.to },
      z.array(fillShape),
      call,
    )
    for (const fill of page) found.set(`${fill.time}:${fill.oid}:${fill.tid}`, fill)
    if (page.length < PAGE) break
    const last = Math.max(...page.map((fill) => fill.time))
    if (last <= from) {
      throw new VenueError('malformed-answer', `info userFillsByTime: ${PAGE} fills at ${from} and no way past them`)
    }
    from = last
  }
  return [...found.values()].sort((a, b) => a.time - b.time)
}
