import { z } from 'zod'
import { landedTransaction } from '../transaction/landed-transaction.ts'
import type { RpcCall, RpcEndpoint } from './rpc-endpoint.ts'
import type { EndpointAnswer, RpcPool, RpcQuestion } from './rpc-pool.ts'
import { askOne } from './rpc-pool.ts'
import {
  accountShape,
  addressText,
  height,
  inContext,
  latestBlockhash,
  signatureList,
  signatureStatuses,
  simulation,
  u64,
} from './rpc-shapes.ts'

export type Commitment = 'processed' | 'confirmed' | 'finalized'

/** At most so many addresses of one `getMultipleAccounts`. */
const ACCOUNTS_PER_CALL = 100

const accounts = inContext(z.array(accountShape))
const ownedAccounts = inContext(z.array(z.object({ pubkey: addressText, account: accountShape.unwrap() })))

/** The state of one signature at one endpoint. `null`: not known there, which proves nothing. */
export type SignatureStatus = z.output<typeof signatureStatuses>['value'][number]

const statusQuestion = (signature: string) => ({
  method: 'getSignatureStatuses',
  params: [[signature], { searchTransactionHistory: true }],
  shape: signatureStatuses
    .refine(({ value }) => value.length === 1, 'expected one status')
    .transform(({ value }) => value[0] ?? null),
})

const transactionQuestion = (signature: string) => ({
  method: 'getTransaction',
  // A version that is not named is answered with an error; 1 is the newest.
  params: [signature, { encoding: 'json', commitment: 'confirmed', maxSupportedTransactionVersion: 1 }],
  shape: landedTransaction,
})

const heightQuestion = (commitment: Commitment) => ({
  method: 'getBlockHeight',
  params: [{ commitment }],
  shape: height,
})

/** The chain's questions, typed. Reads are at commitment `confirmed` unless they say otherwise. All throw {@link VenueError}. */
export class SolanaRpc {
  readonly #pool: RpcPool

  constructor(pool: RpcPool) {
    this.#pool = pool
  }

  get readers(): readonly RpcEndpoint[] {
    return this.#pool.readers
  }

  latestBlockhash(call: RpcCall) {
    return this.#ask('getLatestBlockhash', [{ commitment: 'confirmed' }], latestBlockhash, call)
  }

  blockHeight(commitment: Commitment, call: RpcCall): Promise<number> {
    return this.#pool.ask(heightQuestion(commitment), call)
  }

  blockHeightAt(endpoint: RpcEndpoint, commitment: Commitment, call: RpcCall): Promise<number> {
    return askOne(endpoint, heightQuestion(commitment), call)
  }

  /** Of every endpoint, with its history searched. */
  signatureStatusEverywhere(signature: string, call: RpcCall): Promise<readonly EndpointAnswer<SignatureStatus>[]> {
    return this.#pool.askAll(statusQuestion(signature), call)
  }

  signatureStatusAt(endpoint: RpcEndpoint, signature: string, call: RpcCall): Promise<SignatureStatus> {
    return askOne(endpoint, statusQuestion(signature), call)
  }

  /** The oldest slot of which an endpoint still has the block. */
  firstAvailableSlot(endpoint: RpcEndpoint, call: RpcCall): Promise<number> {
    return askOne(endpoint, { method: 'getFirstAvailableBlock', params: [], shape: height }, call)
  }

  /** A landed transaction by whoever knows it. `null` when all that answered do not. @throws {VenueError} when nobody answered. */
  async transaction(signature: string, call: RpcCall): Promise<z.output<typeof landedTransaction>> {
    let failure: unknown = null
    let answered = false
    for (const endpoint of this.readers) {
      try {
        const found = await askOne(endpoint, transactionQuestion(signature), call)
        if (found !== null) return found
        answered = true
      } catch (error) {
        call.signal.throwIfAborted()
        failure = error
      }
    }
    if (answered) return null
    throw failure
  }

  /** Accounts in the order asked, `null` where there is none, with the slot of the (last) answer. */
  async multipleAccounts(addresses: readonly string[], signal: AbortSignal, priority: 'exit' | 'normal' = 'normal') {
    const found: z.output<typeof accountShape>[] = []
    let slot = 0
    for (let from = 0; from < addresses.length; from += ACCOUNTS_PER_CALL) {
      const page = addresses.slice(from, from + ACCOUNTS_PER_CALL)
      const params = [page, { encoding: 'base64', commitment: 'confirmed' }]
      const shape = accounts.refine(({ value }) => value.length === page.length, 'expected an entry for every address')
      const { value, context } = await this.#ask('getMultipleAccounts', params, shape, { signal, priority })
      found.push(...value)
      slot = context.slot
    }
    return { slot, accounts: found }
  }

  /** Every token account of an owner under one token program. */
  tokenAccounts(owner: string, program: string, call: RpcCall) {
    const params = [owner, { programId: program }, { encoding: 'base64', commitment: 'confirmed' }]
    return this.#ask('getTokenAccountsByOwner', params, ownedAccounts, call)
  }

  balance(address: string, call: RpcCall) {
    return this.#ask('getBalance', [address, { commitment: 'confirmed' }], inContext(u64), call)
  }

  /** Newest first, at most 1000. @param before only older ones than this signature. */
  signaturesOf(address: string, before: string | null, limit: number, call: RpcCall) {
    const config = { limit, commitment: 'confirmed', ...(before === null ? {} : { before }) }
    return this.#ask('getSignaturesForAddress', [address, config], signatureList, call)
  }

  /** Runs a transaction without signature checks and with a fresh blockhash, and tells the accounts named as they are afterwards. */
  simulate(wire: string, addresses: readonly string[], call: RpcCall) {
    const config = {
      encoding: 'base64',
      commitment: 'confirmed',
      sigVerify: false,
      replaceRecentBlockhash: true,
      accounts: { encoding: 'base64', addresses },
    }
    return this.#ask('simulateTransaction', [wire, config], simulation, call)
  }

  genesisHash(endpoint: RpcEndpoint, call: RpcCall): Promise<string> {
    return askOne(endpoint, { method: 'getGenesisHash', params: [], shape: addressText }, call)
  }

  /**
   * Gives a signed transaction to every endpoint. The node neither simulates it nor repeats it: both are done here.
   * @returns how many took it. Nothing can be concluded from none.
   */
  async broadcast(wire: string, call: RpcCall): Promise<number> {
    const config = { encoding: 'base64', skipPreflight: true, maxRetries: 0 }
    const sent = await Promise.allSettled(
      this.#pool.senders.map((endpoint) => endpoint.call('sendTransaction', [wire, config], call)),
    )
    return sent.filter(({ status }) => status === 'fulfilled').length
  }

  #ask<Schema extends z.ZodType>(method: string, params: readonly unknown[], shape: Schema, call: RpcCall) {
    const question: RpcQuestion<Schema> = { method, params, shape }
    return this.#pool.ask(question, call)
  }
}
