import type { Address, Instruction } from '@solana/kit'
import {
  address,
  appendTransactionMessageInstructions,
  blockhash,
  compileTransaction,
  compressTransactionMessageUsingAddressLookupTables,
  createTransactionMessage,
  getTransactionEncoder,
  pipe,
  setTransactionMessageFeePayer,
  setTransactionMessageLifetimeUsingBlockhash,
} from '@solana/kit'
import type { Chain } from '../chain/chain.ts'
import { LOOKUP_TABLE, tableAddresses } from '../chain/genesis.ts'

export interface Assembled {
  /** Base64 of the wire bytes, signatures empty. */
  readonly transaction: string
  readonly messageBytes: Uint8Array
  readonly lastValidBlockHeight: number
}

/** Slots by which the blockhash is older than the newest: nodes that lag a little know it too. */
const BLOCKHASH_AGE = 2

/** A transaction to be signed: v0 with the lookup table, or legacy. */
export function assemble(
  chain: Chain,
  payer: Address,
  instructions: readonly Instruction[],
  isLegacy: boolean,
): Assembled {
  const slot = chain.tip - BLOCKHASH_AGE
  const lastValidBlockHeight = chain.slots.lastValidBlockHeight(slot)
  const lifetime = {
    blockhash: blockhash(chain.slots.blockhash(slot)),
    lastValidBlockHeight: BigInt(lastValidBlockHeight),
  }
  const table = { [LOOKUP_TABLE]: tableAddresses(chain.pools, chain.usdcMint).map((at) => address(at)) }
  const compiled = isLegacy
    ? compileTransaction(
        pipe(
          createTransactionMessage({ version: 'legacy' }),
          (message) => setTransactionMessageFeePayer(payer, message),
          (message) => setTransactionMessageLifetimeUsingBlockhash(lifetime, message),
          (message) => appendTransactionMessageInstructions(instructions, message),
        ),
      )
    : compileTransaction(
        pipe(
          createTransactionMessage({ version: 0 }),
          (message) => setTransactionMessageFeePayer(payer, message),
          (message) => setTransactionMessageLifetimeUsingBlockhash(lifetime, message),
          (message) => appendTransactionMessageInstructions(instructions, message),
          (message) => compressTransactionMessageUsingAddressLookupTables(message, table),
        ),
      )
  return {
    transaction: Buffer.from(Uint8Array.from(getTransactionEncoder().encode(compiled))).toString('base64'),
    messageBytes: Uint8Array.from(compiled.messageBytes),
    lastValidBlockHeight,
  }
}
