import type { Service } from '../http/gateway.ts'
import type { Reply, Request } from '../http/reply.ts'
import { json, text } from '../http/reply.ts'
import { answerRpc, failure, readCall } from './answer-rpc.ts'
import type { RpcContext } from './rpc-context.ts'
import { RPC_ERROR, RpcError } from './rpc-error.ts'

const NODE_PATH = /^\/node\/(\d+)$/

/** JSON-RPC over HTTP: `/` and `/node/0`, `/node/1`, ... */
export class RpcService implements Service {
  readonly target = 'rpc'
  readonly #contexts: readonly RpcContext[]

  constructor(contexts: readonly RpcContext[]) {
    this.#contexts = contexts
  }

  /** The number of the node that a path leads to; `undefined` for other paths. */
  nodeAt(path: string): number | undefined {
    if (path === '/' || path === '') return 0
    const index = Number(NODE_PATH.exec(path)?.[1] ?? Number.NaN)
    return index < this.#contexts.length ? index : undefined
  }

  node({ url }: Request): number {
    return this.nodeAt(url.pathname) ?? 0
  }

  name({ body }: Request): string {
    try {
      const value: unknown = JSON.parse(body)
      const call = readCall(Array.isArray(value) ? value[0] : value)
      return 'method' in call ? call.method : ''
    } catch {
      return ''
    }
  }

  answer(request: Request): Reply {
    if (request.method !== 'POST')
      return text(405, 'Used HTTP Method is not allowed. POST or OPTIONS is required', { allow: 'POST' })
    const context = this.#contexts[this.node(request)]
    if (context === undefined) return text(404, '')
    let body: unknown
    try {
      body = JSON.parse(request.body)
    } catch {
      return json(failure(null, new RpcError(RPC_ERROR.parse, 'Parse error')))
    }
    const one = (value: unknown) => {
      const call = readCall(value)
      return 'refused' in call ? call.refused : answerRpc(context, call)
    }
    return json(Array.isArray(body) ? body.map(one) : one(body))
  }
}
