import type { FundingPayment } from '@portolan/core'
import { instrumentId } from '@portolan/core'
import { z } from 'zod'
import type { DexChoice } from '../instruments/dex.ts'
import { isChosenPerp } from '../instruments/dex.ts'
import { decimalText, timeMs } from '../rest/decode.ts'
import type { InfoCall, InfoClient } from '../rest/info-client.ts'
import { readPages } from './paged-history.ts'

/** Elements of one answer at most. Source: the venue's page on info requests. */
const PAGE = 500

const delta = z.object({ coin: z.string().min(1), usdc: decimalText })
/** An element of the answer to `userFunding`. */
export const fundingShape = z.object({ time: timeMs, delta: delta.extend({ type: z.literal('funding') }) })
const told = delta.extend({ time: timeMs })

/** A message of the channel `userFundings`. */
export const userFundingsShape = z.object({
  isSnapshot: z.boolean().optional(),
  user: z.string(),
  fundings: z.array(told),
})

/**
 * Payments of an account from a time on, oldest first.
 * @param from ms, inclusive.
 * @throws {VenueError}
 */
export async function readFunding(
  info: InfoClient,
  { user, dexes, from }: { readonly user: string; readonly dexes: DexChoice; readonly from: number },
  call: InfoCall,
): Promise<{ readonly payments: readonly FundingPayment[]; readonly lastTime: number | null }> {
  const all = await readPages<z.output<typeof fundingShape>>(
    {
      name: 'userFunding',
      pageSize: PAGE,
      ask: (startTime) => info.ask({ type: 'userFunding', user, startTime }, z.array(fundingShape), call),
      timeOf: ({ time }) => time,
      keyOf: ({ time, delta: { coin } }) => fundingId(time, coin),
    },
    from,
  )
  const ours = all.filter((each) => isChosenPerp(each.delta.coin, dexes))
  return {
    payments: ours.map(({ time, delta: { coin, usdc } }) => toPayment({ time, coin, usdc })),
    lastTime: all.at(-1)?.time ?? null,
  }
}

/** As the ledger takes it. `usdc` is what was received, whatever asset the margin is kept in. */
export function toPayment({ time, coin, usdc }: Pick<z.output<typeof told>, 'time' | 'coin' | 'usdc'>): FundingPayment {
  return { id: fundingId(time, coin), instrument: instrumentId(coin), amount: usdc, at: time }
}

// The stream carries no hash. An account has one position in a coin, which pays once at a time.
function fundingId(time: number, coin: string): string {
  return `funding:${time}:${coin}`
}
