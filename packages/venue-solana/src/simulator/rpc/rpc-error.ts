/** An error in the answer of a JSON-RPC method. */
export class RpcError extends Error {
  override readonly name = 'RpcError'
  readonly code: number
  readonly data: unknown

  constructor(code: number, message: string, data?: unknown) {
    super(message)
    this.code = code
    this.data = data
  }
}

/** JSON-RPC 2.0 and Agave's own numbers. */
export const RPC_ERROR = {
  preflightFailure: -32002,
  signatureVerification: -32003,
  blockNotAvailable: -32004,
  nodeUnhealthy: -32005,
  unsupportedVersion: -32015,
  minContextSlotNotReached: -32016,
  parse: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internal: -32603,
} as const

export function invalidParams(message: string): RpcError {
  return new RpcError(RPC_ERROR.invalidParams, message)
}
