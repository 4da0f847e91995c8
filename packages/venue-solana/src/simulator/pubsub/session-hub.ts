import type { ChainAudience } from '../chain/chain.ts'
import type { LandedTransaction } from '../chain/landed-transaction.ts'
import type { FaultPlan } from '../faults/fault-plan.ts'
import type { RpcContext } from '../rpc/rpc-context.ts'
import { Session, SubscriptionIds } from './session.ts'

/** A connection's end here: how to send, and how to break it. */
export interface SocketEnd {
  send(text: string): void
  /** Nothing is read or answered any more, on no layer, but nothing is closed either. */
  freeze(): void
  /** Ends it without a close frame. */
  break(): void
}

/** All WebSocket connections, of all nodes. */
export class SessionHub implements ChainAudience {
  readonly #contexts: readonly RpcContext[]
  readonly #faults: FaultPlan
  readonly #ids = new SubscriptionIds()
  readonly #open = new Map<Session, SocketEnd>()

  constructor(contexts: readonly RpcContext[], faults: FaultPlan) {
    this.#contexts = contexts
    this.#faults = faults
  }

  get size(): number {
    return this.#open.size
  }

  /** @throws {RangeError} when there is no such node. */
  open(node: number, end: SocketEnd): Session {
    const context = this.#contexts[node]
    if (context === undefined) throw new RangeError(`no node ${node}`)
    const session = new Session({ context, faults: this.#faults, ids: this.#ids, send: (text) => end.send(text) })
    this.#open.set(session, end)
    return session
  }

  close(session: Session): void {
    this.#open.delete(session)
  }

  /** Every open connection, of one node or of all, falls silent without being closed. Returns how many. */
  silence(node?: number): number {
    const chosen = this.#of(node)
    for (const [session, end] of chosen) {
      session.isSilent = true
      end.freeze()
    }
    return chosen.length
  }

  /** Ends connections without a close frame. Returns how many. */
  drop(node?: number): number {
    const chosen = this.#of(node)
    for (const [session, end] of chosen) {
      this.#open.delete(session)
      end.break()
    }
    return chosen.length
  }

  onSlot(): void {
    for (const session of this.#open.keys()) session.catchUp()
  }

  onLate(transaction: LandedTransaction): void {
    for (const session of this.#open.keys()) session.late(transaction)
  }

  #of(node: number | undefined): [Session, SocketEnd][] {
    return [...this.#open].filter(([session]) => node === undefined || session.node.index === node)
  }
}
