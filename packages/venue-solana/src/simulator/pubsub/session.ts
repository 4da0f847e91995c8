import type { LandedTransaction } from '../chain/landed-transaction.ts'
import type { FaultPlan } from '../faults/fault-plan.ts'
import { failure, readCall } from '../rpc/answer-rpc.ts'
import type { RpcContext } from '../rpc/rpc-context.ts'
import { RPC_ERROR, RpcError } from '../rpc/rpc-error.ts'
import type { TopicKind } from './subscription.ts'
import { readTopic } from './subscription.ts'
import { Watcher } from './watcher.ts'

/** Agave's limit of an incoming message. */
const MOST_BYTES = 4_096
const METHOD = /^(slot|root|account|program|logs|signature)(Subscribe|Unsubscribe)$/

/** Ids of subscriptions are unique over all connections of a node. */
export class SubscriptionIds {
  #last = 0

  next(): number {
    this.#last++
    return this.#last
  }
}

export interface SessionParts {
  readonly context: RpcContext
  readonly faults: FaultPlan
  readonly ids: SubscriptionIds
  /** Sends a text frame. */
  readonly send: (text: string) => void
}

/** One WebSocket connection to one node. */
export class Session {
  readonly node: RpcContext['node']
  readonly #parts: SessionParts
  readonly #watchers = new Map<number, Watcher>()
  /** A half-open connection: nothing more comes out of it, nobody is told. */
  isSilent = false

  constructor(parts: SessionParts) {
    this.#parts = parts
    this.node = parts.context.node
  }

  /** A text frame from the client. */
  receive(text: string): void {
    if (this.isSilent) return
    if (text.length > MOST_BYTES) {
      this.#answer(failure(null, new RpcError(RPC_ERROR.invalidRequest, 'Request too large')))
      return
    }
    let body: unknown
    try {
      body = JSON.parse(text)
    } catch {
      this.#answer(failure(null, new RpcError(RPC_ERROR.parse, 'Parse error')))
      return
    }
    for (const one of Array.isArray(body) ? body : [body]) this.#carryOut(one)
  }

  catchUp(): void {
    for (const watcher of this.#watchers.values()) watcher.catchUp()
    this.#removeDone()
  }

  late(transaction: LandedTransaction): void {
    for (const watcher of this.#watchers.values()) watcher.late(transaction)
    this.#removeDone()
  }

  #carryOut(body: unknown): void {
    const call = readCall(body)
    if ('refused' in call) {
      this.#answer(call.refused)
      return
    }
    const [, kind, action] = METHOD.exec(call.method) ?? []
    if (kind === undefined) {
      // Nodes serve no other methods here. The pings of clients have no id and want no answer.
      if (call.id === undefined) return
      this.#answer(failure(call.id, new RpcError(RPC_ERROR.methodNotFound, 'Method not found')))
      return
    }
    try {
      if (action === 'Subscribe') this.#subscribe(call.id, kind as TopicKind, call.params)
      else this.#unsubscribe(call.id, call.params[0])
    } catch (error) {
      if (!(error instanceof RpcError)) throw error
      this.#answer(failure(call.id, error))
    }
  }

  #subscribe(callId: unknown, kind: TopicKind, params: readonly unknown[]): void {
    const { topic, commitment } = readTopic(kind, params)
    const id = this.#parts.ids.next()
    const watcher = new Watcher(topic, commitment, this.node, (result) =>
      this.#notify(`${kind}Notification`, id, result),
    )
    this.#watchers.set(id, watcher)
    this.#answer({ jsonrpc: '2.0', result: id, id: callId })
    watcher.begin()
    this.#removeDone()
  }

  #unsubscribe(callId: unknown, id: unknown): void {
    if (typeof id !== 'number' || !this.#watchers.delete(id)) {
      throw new RpcError(RPC_ERROR.invalidParams, 'Invalid subscription id.')
    }
    this.#answer({ jsonrpc: '2.0', result: true, id: callId })
  }

  #removeDone(): void {
    for (const [id, watcher] of this.#watchers) if (watcher.isDone) this.#watchers.delete(id)
  }

  #notify(method: string, subscription: number, result: unknown): void {
    if (this.isSilent) return
    const text = JSON.stringify({ jsonrpc: '2.0', method, params: { result, subscription } })
    const fault = this.#parts.faults.forFrame(method)
    switch (fault?.kind) {
      case undefined:
        this.#parts.send(text)
        return
      case 'duplicate-notification':
        this.#parts.send(text)
        this.#parts.send(text)
        return
      case 'corrupted-notification':
        this.#parts.send(text.slice(0, Math.ceil(text.length / 2)))
        return
      case 'lost-notification':
        return
    }
  }

  #answer(body: unknown): void {
    this.#parts.send(JSON.stringify(body))
  }
}
