import { ACCOUNT_METHODS } from './account-methods.ts'
import { CLUSTER_METHODS } from './cluster-methods.ts'
import { HISTORY_METHODS } from './history-methods.ts'
import type { Methods, RpcContext } from './rpc-context.ts'
import { RPC_ERROR, RpcError } from './rpc-error.ts'
import { SEND_METHODS } from './send-methods.ts'
import { TOKEN_METHODS } from './token-methods.ts'

const METHODS: Methods = {
  ...CLUSTER_METHODS,
  ...ACCOUNT_METHODS,
  ...TOKEN_METHODS,
  ...SEND_METHODS,
  ...HISTORY_METHODS,
}

/** One JSON-RPC 2.0 call. */
export interface RpcCall {
  readonly id: unknown
  readonly method: string
  readonly params: readonly unknown[]
}

/** The call in a parsed body, or the answer to what is none. */
export function readCall(body: unknown): RpcCall | { readonly refused: unknown } {
  if (typeof body !== 'object' || body === null || !('method' in body) || typeof body.method !== 'string') {
    return { refused: failure(null, new RpcError(RPC_ERROR.invalidRequest, 'Invalid request')) }
  }
  // A notification has no id.
  const id = 'id' in body ? body.id : undefined
  const params = 'params' in body ? body.params : []
  if (params === undefined || params === null) return { id, method: body.method, params: [] }
  if (Array.isArray(params)) return { id, method: body.method, params }
  return { refused: failure(id, new RpcError(RPC_ERROR.invalidParams, '`params` should be an array')) }
}

/** Carries out a call and gives the whole answer. @throws nothing but defects. */
export function answerRpc(context: RpcContext, call: RpcCall): Record<string, unknown> {
  const method = METHODS[call.method]
  if (method === undefined || !Object.hasOwn(METHODS, call.method)) {
    return failure(call.id, new RpcError(RPC_ERROR.methodNotFound, 'Method not found'))
  }
  try {
    return { jsonrpc: '2.0', result: method(context, call.params), id: call.id ?? null }
  } catch (error) {
    if (error instanceof RpcError) return failure(call.id, error)
    throw error
  }
}

export function failure(id: unknown, { code, message, data }: RpcError): Record<string, unknown> {
  return { jsonrpc: '2.0', error: { code, message, ...(data === undefined ? {} : { data }) }, id: id ?? null }
}
