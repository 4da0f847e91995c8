import { encodeAccount } from './encode-account.ts'
import type { NodeView } from './node-view.ts'
import type { Commitment, Config } from './params.ts'
import { addressAt, addressOf, arrayOf, commitmentOf, configAt, isConfig, wholeNumber } from './params.ts'
import { matchesFilters } from './program-filters.ts'
import type { Methods, RpcContext } from './rpc-context.ts'
import { RPC_ERROR, RpcError } from './rpc-error.ts'

const MOST_ACCOUNTS = 100

/** Methods that read accounts. */
export const ACCOUNT_METHODS: Methods = {
  getBalance: ({ node, onBalance }, params) => {
    const commitment = contextOf(node, configAt(params, 1))
    onBalance?.(addressAt(params, 0))
    return node.inContext(Number(node.read(addressAt(params, 0), commitment)?.lamports ?? 0n), commitment)
  },
  getAccountInfo: ({ node }, params) => {
    const config = configAt(params, 1)
    const commitment = contextOf(node, config)
    return node.inContext(encoded(node, addressAt(params, 0), config, commitment), commitment)
  },
  getMultipleAccounts: ({ node }, params) => {
    const config = configAt(params, 1)
    const commitment = contextOf(node, config)
    const addresses = arrayOf(params[0], MOST_ACCOUNTS, '').map(addressOf)
    return node.inContext(
      addresses.map((at) => encoded(node, at, config, commitment)),
      commitment,
    )
  },
  getProgramAccounts: (context, params) => {
    const config = configAt(params, 1)
    const commitment = contextOf(context.node, config)
    const accounts = programAccounts(context, addressAt(params, 0), config, commitment)
    return config.withContext === true ? context.node.inContext(accounts, commitment) : accounts
  },
}

/** The commitment of a call. @throws when the node has not reached the slot that the caller has seen elsewhere. */
export function contextOf(node: NodeView, config: Config): Commitment {
  const commitment = commitmentOf(config)
  const least = config.minContextSlot
  if (least !== undefined && least !== null && wholeNumber(least) > node.slot(commitment)) {
    throw new RpcError(RPC_ERROR.minContextSlotNotReached, 'Minimum context slot has not been reached', {
      contextSlot: node.slot(commitment),
    })
  }
  return commitment
}

function encoded(node: NodeView, at: Parameters<NodeView['read']>[0], config: Config, commitment: Commitment): unknown {
  return encodeAccount(node.read(at, commitment), config, (mint) => node.read(mint, commitment))
}

function programAccounts(
  { chain, node }: RpcContext,
  program: Parameters<NodeView['read']>[0],
  config: Config,
  commitment: Commitment,
): unknown[] {
  const filters = config.filters === undefined || config.filters === null ? [] : arrayOf(config.filters, 4, 'filters')
  return chain.svm.ownedBy(program).flatMap((pubkey) => {
    const account = node.read(pubkey, commitment)
    if (account === undefined || account.owner !== program) return []
    if (!filters.every((filter) => isConfig(filter) && matchesFilters(account, filter))) return []
    return [{ pubkey, account: encodeAccount(account, config, (mint) => node.read(mint, commitment)) }]
  })
}
