import type { Address, Blockhash, Instruction, KeyPairSigner } from '@solana/kit'
import {
  AccountRole,
  address,
  appendTransactionMessageInstructions,
  blockhash,
  compressTransactionMessageUsingAddressLookupTables,
  createKeyPairSignerFromPrivateKeyBytes,
  createTransactionMessage,
  getBase58Decoder,
  getBase64EncodedWireTransaction,
  getSignatureFromTransaction,
  pipe,
  setTransactionMessageFeePayerSigner,
  setTransactionMessageLifetimeUsingBlockhash,
  signTransactionMessageWithSigners,
} from '@solana/kit'
import type { Loose, TestChain } from './start-test-chain.ts'

export interface SignedSwap {
  readonly quote: Loose
  /** Base64. */
  readonly wire: string
  readonly signature: string
}

export interface LandedSwap extends SignedSwap {
  readonly err: unknown
  readonly logs: string[]
  readonly fee: number
  /** Atomic balance of an owner before it. */
  before(owner: string, mint: string): bigint
  /** Atomic change of the wallet's token accounts of a mint. */
  delta(mint: string): bigint
}

/** What a wallet needs of a chain. */
export type WalletChain = Pick<TestChain, 'get' | 'call' | 'rpc' | 'airdrop' | 'slots'>

let count = 0

/** A wallet with a key of its own, which swaps through `/build` as a plain client of kit does. */
export class TestWallet {
  readonly #chain: WalletChain
  readonly #signer: KeyPairSigner

  private constructor(chain: WalletChain, signer: KeyPairSigner) {
    this.#chain = chain
    this.#signer = signer
  }

  /** Whole units. `key`: the same one gives the same wallet; by default each is another. */
  static async funded(chain: WalletChain, sol: number, usdc: number, key?: number): Promise<TestWallet> {
    count++
    const signer = await createKeyPairSignerFromPrivateKeyBytes(new Uint8Array(32).fill(key ?? count))
    await chain.airdrop(signer.address, sol, usdc)
    await chain.slots(1)
    return new TestWallet(chain, signer)
  }

  get address(): Address {
    return this.#signer.address
  }

  async prepare(from: string, to: string, amount: string, query: Record<string, unknown> = {}): Promise<SignedSwap> {
    const all = { inputMint: from, outputMint: to, amount, taker: this.address, ...query }
    const search = new URLSearchParams(
      Object.entries(all).map(([name, value]): [string, string] => [name, String(value)]),
    )
    const quote = await this.#chain.get(`/swap/v2/build?${search.toString()}`)
    if (quote.error !== undefined) throw new Error(quote.error)
    return await this.sign(quote)
  }

  async sign(quote: Loose): Promise<SignedSwap> {
    const { blockhash: bytes, lastValidBlockHeight } = quote.blockhashWithMetadata
    const lifetime = {
      blockhash: blockhash(getBase58Decoder().decode(Uint8Array.from(bytes))) satisfies Blockhash,
      lastValidBlockHeight: BigInt(lastValidBlockHeight),
    }
    const { computeBudgetInstructions, setupInstructions, swapInstruction, cleanupInstruction } = quote
    const all = [...computeBudgetInstructions, ...setupInstructions, swapInstruction, cleanupInstruction]
    const instructions = all.filter((one) => one !== null).map(instructionOf)
    const message = pipe(
      createTransactionMessage({ version: 0 }),
      (draft) => setTransactionMessageFeePayerSigner(this.#signer, draft),
      (draft) => setTransactionMessageLifetimeUsingBlockhash(lifetime, draft),
      (draft) => appendTransactionMessageInstructions(instructions, draft),
      (draft) => compressTransactionMessageUsingAddressLookupTables(draft, quote.addressesByLookupTableAddress),
    )
    const signed = await signTransactionMessageWithSigners(message)
    return { quote, wire: getBase64EncodedWireTransaction(signed), signature: getSignatureFromTransaction(signed) }
  }

  async send({ wire }: SignedSwap): Promise<Loose> {
    return await this.#chain.call('sendTransaction', [wire, { encoding: 'base64', skipPreflight: true, maxRetries: 0 }])
  }

  /** Sends without preflight and waits until it is confirmed. */
  async land(swap: SignedSwap): Promise<LandedSwap> {
    await this.send(swap)
    await this.#chain.slots(6)
    const { meta } = await this.#chain.rpc('getTransaction', swap.signature, {
      commitment: 'confirmed',
      encoding: 'json',
      maxSupportedTransactionVersion: 1,
    })
    const amount = (balances: Loose[], mint: string, owner: string = this.address) =>
      balances
        .filter((balance) => balance.owner === owner && balance.mint === mint)
        .reduce((sum: bigint, balance) => sum + BigInt(balance.uiTokenAmount.amount), 0n)
    return {
      ...swap,
      err: meta.err,
      logs: meta.logMessages,
      fee: meta.fee,
      before: (owner, mint) => amount(meta.preTokenBalances, mint, owner),
      delta: (mint) => amount(meta.postTokenBalances, mint) - amount(meta.preTokenBalances, mint),
    }
  }

  async swap(from: string, to: string, amount: string): Promise<LandedSwap> {
    return await this.land(await this.prepare(from, to, amount))
  }
}

function instructionOf({ programId, accounts, data }: Loose): Instruction {
  return {
    programAddress: address(programId),
    data: Uint8Array.from(Buffer.from(data, 'base64')),
    accounts: accounts.map(({ pubkey, isSigner, isWritable }: Loose) => ({
      address: address(pubkey),
      role: isSigner
        ? isWritable
          ? AccountRole.WRITABLE_SIGNER
          : AccountRole.READONLY_SIGNER
        : isWritable
          ? AccountRole.WRITABLE
          : AccountRole.READONLY,
    })),
  }
}
