import type { Chain } from '../chain/chain.ts'
import type { FaultPlan } from '../faults/fault-plan.ts'
import type { Request } from '../http/reply.ts'
import type { OrderBook } from './order-book.ts'

/** What Jupiter's routes may use. */
export interface JupiterContext {
  readonly chain: Chain
  readonly faults: FaultPlan
  readonly orders: OrderBook
  /** Simulated ms. */
  readonly now: () => number
}

export type Route = (context: JupiterContext, request: Request) => unknown
