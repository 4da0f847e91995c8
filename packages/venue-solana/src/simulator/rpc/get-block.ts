import { encodeTransaction } from './encode-transaction.ts'
import { commitmentOf, configAt, wholeNumber } from './params.ts'
import type { Method } from './rpc-context.ts'
import { RPC_ERROR, RpcError } from './rpc-error.ts'

/** A block of the slot, with its transactions in as much detail as was asked for. */
export const getBlock: Method = ({ node, chain }, params) => {
  const slot = wholeNumber(params[0])
  const config = configAt(params, 1)
  const commitment = commitmentOf(config)
  if (!node.reaches(slot, commitment)) {
    throw new RpcError(RPC_ERROR.blockNotAvailable, `Block not available for slot ${slot}`)
  }
  const transactions = chain.transactions.inSlot(slot)
  const block = {
    blockHeight: chain.slots.heightOf(slot),
    blockTime: Math.floor(chain.slots.timeOf(slot) / 1000),
    blockhash: chain.slots.blockhash(slot),
    parentSlot: slot - 1,
    previousBlockhash: chain.slots.blockhash(slot - 1),
    ...(config.rewards === false ? {} : { rewards: [] }),
  }
  switch (config.transactionDetails) {
    case 'none':
      return block
    case 'signatures':
      return { ...block, signatures: transactions.map(({ signature }) => signature) }
    default:
      return { ...block, transactions: transactions.map((transaction) => encodeTransaction(transaction, config)) }
  }
}
