import type { VenueContext } from '@portolan/core'
import { HttpClient } from '../http/http-client.ts'
import { JupiterClient } from '../jupiter/jupiter-client.ts'
import type { SolanaOptions } from '../options.ts'
import { RpcEndpoint } from '../rpc/rpc-endpoint.ts'
import { RpcPool } from '../rpc/rpc-pool.ts'
import { SolanaRpc } from '../rpc/solana-rpc.ts'
import type { Budgets } from './budgets.ts'

/** Everything that an entry talks to. */
export interface ChainAccess {
  readonly http: HttpClient
  readonly pool: RpcPool
  readonly rpc: SolanaRpc
  readonly jupiter: JupiterClient
}

/** Connects nothing: each request does. */
export function chainAccess(context: VenueContext<SolanaOptions>, budgets: Budgets): ChainAccess {
  const { options, clock, logger, fetch } = context
  const timeoutMs = options.timing.requestMs
  const http = new HttpClient(fetch, clock)
  const endpoints = options.rpc.flatMap((endpoint, index) => {
    const budget = budgets.rpc[index]
    return budget === undefined ? [] : [new RpcEndpoint({ options: endpoint, http, budget, clock, logger, timeoutMs })]
  })
  const pool = new RpcPool(endpoints, clock, logger)
  const { jupiter: budget, jupiterExecute: executeBudget } = budgets
  const jupiter = new JupiterClient({ http, options: options.jupiter, budget, executeBudget, clock, logger, timeoutMs })
  return { http, pool, rpc: new SolanaRpc(pool), jupiter }
}
