import type { ExecuteAnswer } from './swap-shapes.ts'

/**
 * What a code of `/execute` says. `landed` is still to be confirmed by the chain; `failed`: it landed with a program's error; `expired`: Jupiter gave it up;
 * `refused`: Jupiter did not take it; `unclear`: it may yet land. None of them ends an order by itself: signed bytes that Jupiter holds may land
 * until their blockhash has expired, so that the chain decides.
 */
export type ExecuteVerdict = 'landed' | 'failed' | 'expired' | 'refused' | 'unclear'

// Source: Jupiter's reference of /execute (-1 to -5 request, -1000s aggregators, -2000s RFQ).
const REFUSED: ReadonlySet<number> = new Set([-1, -2, -3, -4, -5, -1002, -1003, -1004, -1007, -2002, -2003, -2004])
const EXPIRED: ReadonlySet<number> = new Set([-1005])

/** Reads an answer of `/execute`. */
export function verdictOf({ status, code }: Pick<ExecuteAnswer, 'status' | 'code'>): ExecuteVerdict {
  if (code === 0) return status === 'Success' ? 'landed' : 'unclear'
  if (code > 0) return 'failed'
  if (EXPIRED.has(code)) return 'expired'
  return REFUSED.has(code) ? 'refused' : 'unclear'
}
