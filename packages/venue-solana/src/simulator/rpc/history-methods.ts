import type { LandedTransaction } from '../chain/landed-transaction.ts'
import { contextOf } from './account-methods.ts'
import { encodeTransaction } from './encode-transaction.ts'
import { getBlock } from './get-block.ts'
import type { NodeView } from './node-view.ts'
import { addressAt, arrayOf, commitmentOf, configAt, signatureOf, wholeNumber } from './params.ts'
import type { Methods } from './rpc-context.ts'
import { invalidParams } from './rpc-error.ts'

const MOST_STATUSES = 256
/** Slots for which a node has the status of a transaction at hand. */
const STATUS_CACHE_SLOTS = 150
const MOST_SIGNATURES = 1_000

/** Methods about transactions that landed. */
export const HISTORY_METHODS: Methods = {
  getSignatureStatuses: ({ node }, params) => {
    const config = configAt(params, 1)
    const searches = config.searchTransactionHistory === true
    const statuses = arrayOf(params[0], MOST_STATUSES, '').map((value) => {
      const transaction = node.transaction(signatureOf(value))
      if (transaction === undefined) return null
      if (!searches && transaction.slot < node.slot('processed') - STATUS_CACHE_SLOTS) return null
      return statusOf(node, transaction)
    })
    return node.inContext(statuses, 'processed')
  },
  getTransaction: ({ node }, params) => {
    const signature = signatureOf(params[0])
    const config = typeof params[1] === 'string' ? { encoding: params[1] } : configAt(params, 1)
    const commitment = commitmentOf(config)
    if (commitment === 'processed') {
      throw invalidParams('Method does not support commitment below `confirmed`')
    }
    const transaction = node.transaction(signature)
    if (transaction === undefined || !node.reaches(transaction.slot, commitment)) return null
    return {
      blockTime: transaction.blockTime,
      slot: transaction.slot,
      ...encodeTransaction(transaction, config),
    }
  },
  getSignaturesForAddress: ({ node }, params) => {
    const config = configAt(params, 1)
    const commitment = contextOf(node, config)
    const limit = config.limit === undefined || config.limit === null ? MOST_SIGNATURES : wholeNumber(config.limit)
    if (limit < 1 || limit > MOST_SIGNATURES) throw invalidParams(`Invalid limit; max ${MOST_SIGNATURES}`)
    const newestFirst = node.chain.transactions
      .of(addressAt(params, 0))
      .filter(({ slot }) => node.reaches(slot, commitment))
      .toReversed()
    return cut(newestFirst, config.before, config.until)
      .slice(0, limit)
      .map(({ signature, slot, err, blockTime }) => ({
        blockTime,
        confirmationStatus: node.commitmentOf(slot),
        err,
        memo: null,
        signature,
        slot,
      }))
  },
  getFeeForMessage: ({ chain, node }, params) => {
    const commitment = contextOf(node, configAt(params, 1))
    if (typeof params[0] !== 'string') throw invalidParams('Invalid params: expected a base64 message.')
    const message = Buffer.from(params[0], 'base64')
    // A message has as many signatures as its header says; zeros stand for them here.
    const version = message[0] ?? 0
    const signers = (version >= 0x80 ? message[1] : version) ?? 0
    let wire: ReturnType<typeof chain.decode>
    try {
      wire = chain.decode(Uint8Array.from([signers, ...new Uint8Array(64 * signers), ...message]))
    } catch {
      throw invalidParams('failed to deserialize solana_message::versions::VersionedMessage')
    }
    const knows = chain.slots.heightOfBlockhash(wire.blockhash, node.slot(commitment)) !== undefined
    return node.inContext(knows ? wire.fee : null, commitment)
  },
  getBlock,
  getBlocks: ({ node }, params) => {
    const first = wholeNumber(params[0])
    const confirmed = node.slot('confirmed')
    const last = typeof params[1] === 'number' ? Math.min(wholeNumber(params[1]), confirmed) : confirmed
    if (last - first > 500_000) throw invalidParams('Slot range too large; max 500000')
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index)
  },
  getBlockTime: ({ chain }, params) => Math.floor(chain.slots.timeOf(wholeNumber(params[0])) / 1000),
}

function statusOf(node: NodeView, { slot, err }: LandedTransaction): unknown {
  const confirmationStatus = node.commitmentOf(slot)
  return {
    confirmationStatus,
    confirmations: confirmationStatus === 'finalized' ? null : node.slot('processed') - slot,
    err,
    slot,
    status: err === null ? { Ok: null } : { Err: err },
  }
}

/** What lies between two signatures, newest first. */
function cut(list: readonly LandedTransaction[], before: unknown, until: unknown): readonly LandedTransaction[] {
  const place = (value: unknown) => {
    const wanted = signatureOf(value)
    return list.findIndex(({ signature }) => signature === wanted)
  }
  const start = before === undefined || before === null ? 0 : place(before) + 1
  const stop = until === undefined || until === null ? -1 : place(until)
  return list.slice(start, stop === -1 ? undefined : stop)
}
