import type { Address } from '@solana/kit'
import type { Chain } from '../chain/chain.ts'
import type { FaultPlan } from '../faults/fault-plan.ts'
import type { NodeView } from './node-view.ts'

/** What a method may use. */
export interface RpcContext {
  readonly chain: Chain
  readonly node: NodeView
  readonly faults: FaultPlan
  /** Micro-lamports per compute unit that a slot's transactions paid. */
  readonly priorityPrice: (slot: number) => number
  /** Somebody asks for the SOL of an address. */
  readonly onBalance?: (at: Address) => void
}

export type Method = (context: RpcContext, params: readonly unknown[]) => unknown
export type Methods = Readonly<Record<string, Method>>
