import type { Logger } from '@portolan/core'
import { VenueError } from '@portolan/core'
import type { RpcCall } from './rpc-endpoint.ts'
import type { SolanaRpc } from './solana-rpc.ts'

/** The first block of mainnet. Source: Solana's documentation of clusters. */
const MAINNET_GENESIS = '5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d'

/**
 * Makes sure that every endpoint that answers is on mainnet: one of another cluster would never have seen our transactions, and would say so.
 * @throws {VenueError} `misconfigured`, or what the last one said when none answers.
 */
export async function checkMainnet(rpc: SolanaRpc, logger: Logger, call: RpcCall): Promise<void> {
  const answers = await Promise.allSettled(rpc.readers.map((endpoint) => rpc.genesisHash(endpoint, call)))
  call.signal.throwIfAborted()
  for (const [index, answer] of answers.entries()) {
    const host = rpc.readers[index]?.host
    if (answer.status === 'rejected') logger.warn('an RPC endpoint did not answer at the start', { host })
    else if (answer.value !== MAINNET_GENESIS) {
      throw new VenueError('misconfigured', `the RPC endpoint ${host} is not on Solana mainnet`)
    }
  }
  const [first] = answers
  if (first?.status === 'rejected' && answers.every(({ status }) => status === 'rejected')) throw first.reason
}
