import type { AccountState } from '../chain/account-state.ts'
import { sameAccount } from '../chain/account-state.ts'
import { SYSTEM_PROGRAM } from '../chain/addresses.ts'
import type { LandedTransaction } from '../chain/landed-transaction.ts'
import { encodeAccount } from '../rpc/encode-account.ts'
import type { NodeView } from '../rpc/node-view.ts'
import type { Commitment, Config } from '../rpc/params.ts'
import { isConfig } from '../rpc/params.ts'
import { matchesFilters } from '../rpc/program-filters.ts'
import type { Topic } from './subscription.ts'

const FINALIZED_DEPTH = 32
const LONGEST_WALK = 256

/** One subscription at one node: what it has to tell as the node's chain goes on. */
export class Watcher {
  readonly topic: Topic
  readonly #commitment: Commitment
  readonly #node: NodeView
  readonly #tell: (result: unknown) => void
  #slot: number
  #last: AccountState | undefined
  /** A subscription to a signature ends when it has told. */
  isDone = false

  constructor(topic: Topic, commitment: Commitment, node: NodeView, tell: (result: unknown) => void) {
    this.topic = topic
    this.#commitment = commitment
    this.#node = node
    this.#tell = tell
    this.#slot = node.slot(commitment)
    if (topic.kind === 'account') this.#last = node.read(topic.address, commitment)
  }

  /** Tells what there is to tell at once: only of a signature that is known. */
  begin(): void {
    this.#checkSignature()
  }

  /** The chain has gone on: tells of every slot that the node has newly reached at the commitment. */
  catchUp(): void {
    const reached = this.#node.slot(this.#commitment)
    for (let slot = this.#next(reached); slot <= reached; slot++) {
      this.#slot = slot
      this.#slotReached(slot)
    }
    this.#checkSignature()
  }

  /** When time jumps, slots and states on the way are passed over; what landed is not. */
  #next(reached: number): number {
    const { kind } = this.topic
    const tellsAll = kind === 'logs' || kind === 'program'
    return tellsAll ? this.#slot + 1 : Math.max(this.#slot + 1, reached - LONGEST_WALK)
  }

  /** Something landed in a slot that was told of already. */
  late(transaction: LandedTransaction): void {
    if (transaction.slot > this.#slot) return
    if (this.topic.kind === 'account') this.#checkAccount(transaction.slot)
    if (this.topic.kind === 'program') this.#tellProgram(transaction.slot)
    this.#tellLogs(transaction)
    this.#checkSignature()
  }

  #slotReached(slot: number): void {
    switch (this.topic.kind) {
      case 'slot':
        this.#tell({ parent: slot - 1, root: slot - FINALIZED_DEPTH, slot })
        return
      case 'root':
        this.#tell(slot - FINALIZED_DEPTH)
        return
      case 'account':
        this.#checkAccount(slot)
        return
      case 'program':
        this.#tellProgram(slot)
        return
      case 'logs':
        for (const transaction of this.#node.chain.transactions.inSlot(slot)) this.#tellLogs(transaction)
        return
      case 'signature':
        return
    }
  }

  #checkAccount(slot: number): void {
    if (this.topic.kind !== 'account') return
    const { address, config } = this.topic
    const { chain } = this.#node
    const state = chain.read(address, slot)
    if (sameAccount(state, this.#last)) return
    this.#last = state
    this.#inContext(
      slot,
      encodeAccount(state ?? EMPTY, config, (mint) => chain.read(mint, slot)),
    )
  }

  #tellProgram(slot: number): void {
    if (this.topic.kind !== 'program') return
    const { program, config } = this.topic
    const { chain } = this.#node
    for (const pubkey of chain.changedIn(slot)) {
      const account = chain.read(pubkey, slot)
      if (account === undefined || account.owner !== program || !passes(account, config)) continue
      this.#inContext(slot, { pubkey, account: encodeAccount(account, config, (mint) => chain.read(mint, slot)) })
    }
  }

  #tellLogs({ signature, err, logs, keys, slot }: LandedTransaction): void {
    if (this.topic.kind !== 'logs') return
    if (this.topic.mentions !== null && !keys.includes(this.topic.mentions)) return
    this.#inContext(slot, { signature, err, logs })
  }

  #checkSignature(): void {
    if (this.topic.kind !== 'signature' || this.isDone) return
    const transaction = this.#node.transaction(this.topic.signature)
    if (transaction === undefined || !this.#node.reaches(transaction.slot, this.#commitment)) return
    this.isDone = true
    this.#inContext(this.#slot, { err: transaction.err })
  }

  #inContext(slot: number, value: unknown): void {
    this.#tell({ context: { slot }, value })
  }
}

/** What is told of an account that was closed. */
const EMPTY: AccountState = {
  lamports: 0n,
  data: new Uint8Array(),
  owner: SYSTEM_PROGRAM,
  executable: false,
}

function passes(account: AccountState, { filters }: Config): boolean {
  return !Array.isArray(filters) || filters.every((filter) => isConfig(filter) && matchesFilters(account, filter))
}
