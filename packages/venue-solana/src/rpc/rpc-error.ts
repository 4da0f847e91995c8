import type { VenueErrorCode } from '@portolan/core'
import { VenueError } from '@portolan/core'

/** Codes of Solana's JSON-RPC servers. Source: agave `rpc-client-api`, custom errors. */
const RPC_ERROR = {
  blockNotAvailable: -32_004,
  nodeUnhealthy: -32_005,
  historyNotAvailable: -32_011,
  blockStatusNotAvailable: -32_014,
  minContextSlotNotReached: -32_016,
  methodNotFound: -32_601,
  internal: -32_603,
} as const

// What another endpoint may well answer: this one lags, keeps no history, does not have the method, or broke.
const ENDPOINT_FAULTS: ReadonlySet<number> = new Set([
  RPC_ERROR.blockNotAvailable,
  RPC_ERROR.nodeUnhealthy,
  RPC_ERROR.historyNotAvailable,
  RPC_ERROR.blockStatusNotAvailable,
  RPC_ERROR.minContextSlotNotReached,
  RPC_ERROR.methodNotFound,
  RPC_ERROR.internal,
  429,
])

/** An endpoint answered with a JSON-RPC error. */
export class RpcError extends VenueError {
  readonly rpcCode: number
  /** As the endpoint gave it, e.g. the logs of a failed simulation. */
  readonly data: unknown

  constructor(host: string, method: string, rpcCode: number, message: string, data: unknown) {
    super(codeOf(rpcCode), `${method} at ${host}: ${message.slice(0, 300)} (${rpcCode})`)
    this.rpcCode = rpcCode
    this.data = data
  }
}

/** Whether the next endpoint is worth asking: this one could not tell. */
export function isEndpointFault(error: unknown): boolean {
  if (error instanceof RpcError) return ENDPOINT_FAULTS.has(error.rpcCode)
  return error instanceof VenueError && error.code !== 'misconfigured'
}

function codeOf(rpcCode: number): VenueErrorCode {
  if (rpcCode === 429) return 'rate-limited'
  return ENDPOINT_FAULTS.has(rpcCode) ? 'unavailable' : 'refused'
}
