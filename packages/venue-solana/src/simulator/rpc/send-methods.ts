import type { Address } from '@solana/kit'
import { bytesOf } from '../chain/addresses.ts'
import { airdropSol, airdropUsdc } from '../chain/faucet.ts'
import type { TransactionErrorJson } from '../chain/transaction-error.ts'
import { errorText } from '../chain/transaction-error.ts'
import type { WireTransaction } from '../chain/wire-transaction.ts'
import { signaturesHold } from '../chain/wire-transaction.ts'
import { contextOf } from './account-methods.ts'
import { encodeAccount } from './encode-account.ts'
import type { Commitment, Config } from './params.ts'
import { addressAt, addressOf, arrayOf, commitmentOf, configAt, isConfig, wholeNumber } from './params.ts'
import type { Methods, RpcContext } from './rpc-context.ts'
import { invalidParams, RPC_ERROR, RpcError } from './rpc-error.ts'

const MOST_BYTES = 1_232
/** Version 1 transactions may be longer. */
const MOST_BYTES_V1 = 4_096
const LATE_SLOTS = 60

/** Methods that run transactions. */
export const SEND_METHODS: Methods = {
  sendTransaction: (context, params) => {
    const config = configAt(params, 1)
    const wire = decoded(context, params[0], config)
    const commitment = commitmentOf(config, 'preflightCommitment')
    contextOf(context.node, { ...config, commitment })
    if (config.skipPreflight !== true) preflight(context, wire, commitment)
    broadcast(context, wire)
    return wire.signature
  },
  simulateTransaction: (context, params) => {
    const config = configAt(params, 1)
    const commitment = contextOf(context.node, config)
    return context.node.inContext(simulation(context, params[0], config, commitment), commitment)
  },
  requestAirdrop: ({ chain }, params) => airdropSol(chain, addressAt(params, 0), BigInt(wholeNumber(params[1]))),
  /**
   * The simulator's own: `[{ address, sol, usdc }]` or `[address, sol, usdc]`, in whole units; 10 SOL and 1000 USDC when no amount is named.
   * The money is there in the present slot.
   */
  airdrop: ({ chain }, params) => {
    const [first, ...amounts] = params
    const config = isConfig(first) ? first : { address: first, sol: amounts[0], usdc: amounts[1] }
    const to = addressOf(config.address)
    const named = [config.sol, config.usdc].some((value) => value !== undefined && value !== null)
    const sol = amount(named ? config.sol : 10, 1e9)
    const usdc = amount(named ? config.usdc : 1_000, 1e6)
    return {
      solSignature: sol === 0n ? null : airdropSol(chain, to, sol),
      usdcSignature: usdc === 0n ? null : airdropUsdc(chain, to, usdc),
    }
  },
}

/** Hands a transaction to the chain, as its faults would have it. */
export function broadcast({ chain, faults }: Pick<RpcContext, 'chain' | 'faults'>, wire: WireTransaction): void {
  const fault = faults.forLanding()
  switch (fault?.kind) {
    case undefined:
      chain.submit(wire, faults.ordinaryDelay())
      return
    case 'late-landing':
      chain.submit(wire, fault.slots ?? LATE_SLOTS)
      return
    case 'dropped':
      return
    case 'expires':
      chain.doom(wire.signature)
      return
  }
}

function preflight(context: RpcContext, wire: WireTransaction, commitment: Commitment): void {
  if (!signaturesHold(wire)) {
    throw new RpcError(RPC_ERROR.signatureVerification, 'Transaction signature verification failure')
  }
  const outcome = trial(context, wire, commitment, true)
  if (outcome.err === null) return
  throw new RpcError(RPC_ERROR.preflightFailure, `Transaction simulation failed: ${errorText(outcome.err)}`, {
    accounts: null,
    err: outcome.err,
    fee: null,
    innerInstructions: null,
    loadedAccountsDataSize: 0,
    loadedAddresses: null,
    logs: outcome.logs,
    postBalances: null,
    postTokenBalances: null,
    preBalances: null,
    preTokenBalances: null,
    replacementBlockhash: null,
    returnData: outcome.returnData,
    unitsConsumed: outcome.units,
  })
}

function trial(context: RpcContext, wire: WireTransaction, commitment: Commitment, checkBlockhash: boolean) {
  const { chain, node } = context
  const refused = (err: TransactionErrorJson) => ({
    err,
    logs: [],
    units: 0,
    inner: [],
    returnData: null,
    post: new Map(),
  })
  if (node.transaction(wire.signature) !== undefined) return refused('AlreadyProcessed')
  const knows = chain.slots.heightOfBlockhash(wire.blockhash, node.slot(commitment)) !== undefined
  if (checkBlockhash && !knows) return refused('BlockhashNotFound')
  return chain.simulate(wire)
}

function simulation(context: RpcContext, encoded: unknown, config: Config, commitment: Commitment): unknown {
  const { chain, node } = context
  const wire = decoded(context, encoded, config)
  const replaces = config.replaceRecentBlockhash === true
  if (config.sigVerify === true) {
    if (replaces) throw invalidParams('sigVerify may not be used with replaceRecentBlockhash')
    if (!signaturesHold(wire)) {
      throw new RpcError(RPC_ERROR.signatureVerification, 'Transaction signature verification failure')
    }
  }
  const outcome = trial(context, wire, commitment, !replaces)
  const slot = node.slot(commitment)
  return {
    accounts: isConfig(config.accounts) ? accountsAfter(context, config.accounts, outcome.post, commitment) : null,
    err: outcome.err,
    innerInstructions: config.innerInstructions === true ? outcome.inner : null,
    loadedAccountsDataSize: wire.keys.reduce((total, key) => total + (chain.read(key)?.data.length ?? 0), 0),
    logs: outcome.logs,
    replacementBlockhash: replaces
      ? { blockhash: chain.slots.blockhash(slot), lastValidBlockHeight: chain.slots.lastValidBlockHeight(slot) }
      : null,
    returnData: outcome.returnData,
    unitsConsumed: outcome.units,
  }
}

function accountsAfter(
  { node }: RpcContext,
  wanted: Config,
  post: ReturnType<RpcContext['chain']['simulate']>['post'],
  commitment: Commitment,
): unknown {
  const read = (at: Address) => post.get(at) ?? node.read(at, commitment)
  return arrayOf(wanted.addresses, 100, 'accounts').map((value) =>
    encodeAccount(read(addressOf(value)), { encoding: 'base64', ...wanted }, read),
  )
}

/** The transaction in the first parameter. @throws {RpcError} as a real node does for what is none. */
function decoded({ chain }: RpcContext, encoded: unknown, config: Config): WireTransaction {
  if (typeof encoded !== 'string') throw invalidParams('Invalid params: invalid type: expected a string.')
  const encoding = config.encoding ?? 'base58'
  if (encoding !== 'base58' && encoding !== 'base64') {
    throw invalidParams(`unsupported encoding: ${JSON.stringify(encoding)}. Supported encodings: base58, base64`)
  }
  let bytes: Uint8Array
  try {
    bytes = encoding === 'base64' ? Uint8Array.from(Buffer.from(encoded, 'base64')) : bytesOf(encoded)
  } catch {
    throw invalidParams(`invalid ${encoding} encoding`)
  }
  const kind = 'solana_transaction::versioned::VersionedTransaction'
  if (bytes.length > MOST_BYTES_V1) {
    throw invalidParams(`decoded ${kind} too large: ${bytes.length} bytes (max: ${MOST_BYTES} bytes)`)
  }
  let wire: WireTransaction
  try {
    wire = chain.decode(bytes)
  } catch (cause) {
    throw invalidParams(`failed to deserialize ${kind}: ${cause instanceof Error ? cause.message : 'io error'}`)
  }
  if (wire.version !== 1 && bytes.length > MOST_BYTES) {
    throw invalidParams(`decoded ${kind} too large: ${bytes.length} bytes (max: ${MOST_BYTES} bytes)`)
  }
  return wire
}

function amount(value: unknown, scale: number): bigint {
  if (value === undefined || value === null) return 0n
  if (typeof value !== 'number' || !(value >= 0) || value > 1e6 * 1e3)
    throw invalidParams('airdrop: expected an amount of 0 to 1e9')
  return BigInt(Math.round(value * scale))
}
