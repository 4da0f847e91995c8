import type { Address } from '@solana/kit'
import type { AccountState } from '../chain/account-state.ts'
import type { Chain } from '../chain/chain.ts'
import type { LandedTransaction } from '../chain/landed-transaction.ts'
import type { Commitment } from './params.ts'

/** Slots after which a block has the votes. */
const CONFIRMED_AFTER = 2
const FINALIZED_AFTER = 32
/** What every call is told about the node's software. */
export const API_VERSION = '3.1.6'

const DEPTH: Readonly<Record<Commitment, number>> = {
  processed: 0,
  confirmed: CONFIRMED_AFTER,
  finalized: FINALIZED_AFTER,
}

/** The chain as one RPC node knows it: all of it, some slots late. */
export class NodeView {
  readonly chain: Chain
  readonly index: number
  /** Slots behind the chain. */
  lag: number

  constructor(chain: Chain, index: number, lag: number) {
    this.chain = chain
    this.index = index
    this.lag = lag
  }

  /** The newest slot that this node has at a commitment. */
  slot(commitment: Commitment): number {
    return this.chain.tip - this.lag - DEPTH[commitment]
  }

  read(at: Address, commitment: Commitment): AccountState | undefined {
    return this.chain.read(at, this.slot(commitment))
  }

  /** `undefined` while this node does not know it. */
  transaction(signature: string): LandedTransaction | undefined {
    const transaction = this.chain.transactions.get(signature)
    return transaction === undefined || transaction.slot > this.slot('processed') ? undefined : transaction
  }

  /** How far a slot has come in the eyes of this node. */
  commitmentOf(slot: number): Commitment {
    if (slot <= this.slot('finalized')) return 'finalized'
    return slot <= this.slot('confirmed') ? 'confirmed' : 'processed'
  }

  reaches(slot: number, commitment: Commitment): boolean {
    return slot <= this.slot(commitment)
  }

  /** A value with the slot it is of, as most methods answer. */
  inContext<Value>(
    value: Value,
    commitment: Commitment,
  ): { context: { apiVersion: string; slot: number }; value: Value } {
    return { context: { apiVersion: API_VERSION, slot: this.slot(commitment) }, value }
  }
}
