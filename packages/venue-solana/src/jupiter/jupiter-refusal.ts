import type { RejectReason } from '@portolan/core'
import { VenueError } from '@portolan/core'
import { z } from 'zod'

const refusal = z.object({
  error: z.string().optional(),
  errorCode: z.union([z.string(), z.number()]).optional(),
  errorMessage: z.string().optional(),
})

// Sources: Jupiter's pages on common errors (routing) and on /order (1 to 3 of the aggregators).
const BY_CODE: Readonly<Record<string, RejectReason>> = {
  NO_ROUTES_FOUND: 'no-liquidity',
  COULD_NOT_FIND_ANY_ROUTE: 'no-liquidity',
  ROUTE_PLAN_DOES_NOT_CONSUME_ALL_THE_AMOUNT: 'no-liquidity',
  MARKET_NOT_FOUND: 'no-liquidity',
  TOKEN_NOT_TRADABLE: 'instrument',
  1: 'insufficient-funds',
  2: 'insufficient-funds',
  3: 'min-notional',
}

/** A refusal by Jupiter as an error: `refused`, the reason first. */
export function refusalOf(path: string, status: number, answer: unknown): VenueError {
  const read = refusal.safeParse(answer)
  const { error, errorCode, errorMessage } = read.success ? read.data : {}
  const said = [errorCode, errorMessage ?? error].filter((part) => part !== undefined).join(' ')
  const reason = BY_CODE[String(errorCode)] ?? reasonOfWords(error ?? errorMessage ?? '')
  return new VenueError('refused', `${reason}: Jupiter ${path}: ${said.slice(0, 200) || `HTTP ${status}`}`)
}

function reasonOfWords(words: string): RejectReason {
  if (/fail\w* to get quotes|no routes?/i.test(words)) return 'no-liquidity'
  return /insufficient/i.test(words) ? 'insufficient-funds' : 'other'
}
