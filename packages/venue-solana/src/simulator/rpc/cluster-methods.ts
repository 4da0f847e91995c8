import { API_VERSION } from './node-view.ts'
import { addressAt, commitmentOf, configAt, isConfig, wholeNumber } from './params.ts'
import type { Methods } from './rpc-context.ts'
import { RPC_ERROR, RpcError } from './rpc-error.ts'

const SLOTS_IN_EPOCH = 432_000
/** Beyond this a node calls itself unhealthy. */
const HEALTHY_SLOTS = 128

/** Methods about the cluster, its time and its rules. */
export const CLUSTER_METHODS: Methods = {
  getHealth: ({ node }) => {
    if (node.lag <= HEALTHY_SLOTS) return 'ok'
    const data = { numSlotsBehind: node.lag }
    throw new RpcError(RPC_ERROR.nodeUnhealthy, `Node is behind by ${node.lag} slots`, data)
  },
  getVersion: () => ({ 'feature-set': 3_640_012_085, 'solana-core': API_VERSION }),
  getSlot: ({ node }, params) => node.slot(commitmentOf(configAt(params, 0))),
  getBlockHeight: ({ node, chain }, params) => chain.slots.heightOf(node.slot(commitmentOf(configAt(params, 0)))),
  getGenesisHash: ({ chain }) => chain.slots.blockhash(0),
  getFirstAvailableBlock: () => 0,
  minimumLedgerSlot: () => 0,
  getTransactionCount: ({ chain }) => chain.transactions.size,
  getIdentity: ({ chain }) => ({ identity: chain.slots.blockhash(1) }),
  getEpochInfo: ({ node, chain }, params) => {
    const absoluteSlot = node.slot(commitmentOf(configAt(params, 0)))
    return {
      absoluteSlot,
      blockHeight: chain.slots.heightOf(absoluteSlot),
      epoch: Math.floor(absoluteSlot / SLOTS_IN_EPOCH),
      slotIndex: absoluteSlot % SLOTS_IN_EPOCH,
      slotsInEpoch: SLOTS_IN_EPOCH,
      transactionCount: chain.transactions.size,
    }
  },
  getEpochSchedule: () => ({
    firstNormalEpoch: 0,
    firstNormalSlot: 0,
    leaderScheduleSlotOffset: SLOTS_IN_EPOCH,
    slotsPerEpoch: SLOTS_IN_EPOCH,
    warmup: false,
  }),
  getLatestBlockhash: ({ node, chain }, params) => {
    const commitment = commitmentOf(configAt(params, 0))
    const slot = node.slot(commitment)
    const value = {
      blockhash: chain.slots.blockhash(slot),
      lastValidBlockHeight: chain.slots.lastValidBlockHeight(slot),
    }
    return node.inContext(value, commitment)
  },
  isBlockhashValid: ({ node, chain }, params) => {
    const blockhash = addressAt(params, 0)
    const commitment = commitmentOf(configAt(params, 1))
    return node.inContext(chain.slots.heightOfBlockhash(blockhash, node.slot(commitment)) !== undefined, commitment)
  },
  getMinimumBalanceForRentExemption: ({ chain }, params) => Number(chain.svm.rent(wholeNumber(params[0]))),
  getRecentPrioritizationFees: ({ node, priorityPrice }) => {
    const last = node.slot('processed')
    return Array.from({ length: 150 }, (_, index) => {
      const slot = last - 149 + index
      return { slot, prioritizationFee: priorityPrice(slot) }
    })
  },
  getRecentPerformanceSamples: ({ node, chain }, params) => {
    const count = isConfig(params[0]) || params[0] === undefined ? 1 : Math.min(wholeNumber(params[0]), 720)
    const numSlots = Math.round(60_000 / chain.slots.slotMs)
    return Array.from({ length: count }, (_, index) => ({
      slot: node.slot('processed') - index * numSlots,
      numSlots,
      numTransactions: numSlots * 1_000,
      numNonVoteTransactions: numSlots * 600,
      samplePeriodSecs: 60,
    }))
  },
}
