import { Exact } from '../../amounts/decimal-string.ts'
import type { Fee } from '../../contract/outcome.ts'

/** A fee as the book needs it: what it costs in USD, and what it takes of the base asset. A rebate is negative. */
export interface FeeParts {
  readonly usd: Exact
  readonly base: Exact
}

export function feeParts(fee: Fee): FeeParts {
  switch (fee.in) {
    case 'quote':
      return { usd: new Exact(fee.amount), base: new Exact(0) }
    case 'base':
      return { usd: new Exact(0), base: new Exact(fee.amount) }
    case 'other':
      return { usd: new Exact(fee.usd), base: new Exact(0) }
  }
}
