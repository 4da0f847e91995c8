import { z } from 'zod'
import type { DexChoice } from '../instruments/dex.ts'
import { isChosenPerp } from '../instruments/dex.ts'
import { decode, timeMs } from '../rest/decode.ts'
import type { InfoCall, InfoClient } from '../rest/info-client.ts'
import type { VenueFill } from './fill-shape.ts'
import { fillShape } from './fill-shape.ts'
import { readPages } from './paged-history.ts'

/** Fills of one answer at most, and how many of the latest can be reached at all. Source: the venue's page on info requests. */
const PAGE = 2000
export const REACHABLE_FILLS = 10_000

/** Which fills. */
export interface FillRange {
  readonly user: string
  /** Dexes of which fills are wanted beside the venue's own. */
  readonly dexes: DexChoice
  /** ms, inclusive. */
  readonly from: number
  /** ms, inclusive; absent for up to now. */
  readonly to?: number
}

/** A run of fills. */
export interface FillHistory {
  /** Perpetuals of the wanted dexes, oldest first, each once. */
  readonly fills: readonly VenueFill[]
  /** Of everything that was read, spot included; `null` when nothing was. ms. */
  readonly lastTime: number | null
  /** As many as the venue can reach: older ones of the range may be missing. */
  readonly isCutOff: boolean
}

// What is not a perpetual of ours is only looked at as far as it takes to see that.
const anyFill = z.looseObject({ coin: z.string(), time: timeMs })
const anySlice = z.object({ fill: anyFill })

/** The fills of orders. @throws {VenueError} */
export async function readFills(info: InfoClient, range: FillRange, call: InfoCall): Promise<FillHistory> {
  return read('userFillsByTime', range, (request) =>
    info.ask({ ...request, type: 'userFillsByTime', aggregateByTime: false }, z.array(anyFill), call),
  )
}

/** The fills of TWAP orders, which are not among those of other orders. @throws {VenueError} */
export async function readTwapFills(info: InfoClient, range: FillRange, call: InfoCall): Promise<FillHistory> {
  return read('userTwapSliceFillsByTime', range, async (request) => {
    const slices = await info.ask({ ...request, type: 'userTwapSliceFillsByTime' }, z.array(anySlice), call)
    return slices.map(({ fill }) => fill)
  })
}

type AnyFill = z.output<typeof anyFill>

async function read(
  name: string,
  { user, dexes, from, to }: FillRange,
  ask: (request: { user: string; startTime: number; endTime?: number }) => Promise<readonly AnyFill[]>,
): Promise<FillHistory> {
  const end = to === undefined ? {} : { endTime: to }
  const all = await readPages<AnyFill>(
    {
      name,
      pageSize: PAGE,
      ask: (startTime) => ask({ user, startTime, ...end }),
      timeOf: ({ time }) => time,
      keyOf: (fill) =>
        `${fill.time}:${String(fill.oid)}:${String(fill.tid)}:${String(fill.startPosition)}:${fill.coin}`,
    },
    from,
  )
  const perps = all.filter(({ coin }) => isChosenPerp(coin, dexes))
  return {
    fills: decode(z.array(fillShape), perps, `info ${name}`),
    lastTime: all.at(-1)?.time ?? null,
    isCutOff: all.length >= REACHABLE_FILLS,
  }
}
