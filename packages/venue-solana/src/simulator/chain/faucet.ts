import { ed25519 } from '@noble/curves/ed25519.js'
import type { Address, Blockhash, Instruction } from '@solana/kit'
import {
  AccountRole,
  appendTransactionMessageInstructions,
  blockhash,
  compileTransaction,
  createTransactionMessage,
  getTransactionEncoder,
  lamports,
  pipe,
  setTransactionMessageFeePayer,
  setTransactionMessageLifetimeUsingBlockhash,
  signatureBytes,
} from '@solana/kit'
import { getTransferSolInstruction } from '@solana-program/system'
import { getMintToInstruction } from '@solana-program/token'
import { ATA_PROGRAM, associatedAccount, SYSTEM_PROGRAM, TOKEN_PROGRAM } from './addresses.ts'
import type { Chain } from './chain.ts'
import { FAUCET } from './genesis.ts'
import type { WireTransaction } from './wire-transaction.ts'

/** Gives SOL (lamports) to an address, as a transaction in the present slot. Returns its signature. */
export function airdropSol(chain: Chain, to: Address, amount: bigint): string {
  const transfer = getTransferSolInstruction({ source: faucetSigner(), destination: to, amount: lamports(amount) })
  return land(chain, [transfer])
}

/** Mints USDC (atomic) into the associated account of an address, which is made when it is not there. Returns the signature. */
export function airdropUsdc(chain: Chain, to: Address, amount: bigint): string {
  const token = associatedAccount(to, chain.usdcMint, TOKEN_PROGRAM)
  const mint = getMintToInstruction({ mint: chain.usdcMint, token, mintAuthority: FAUCET.address, amount })
  return land(chain, [createAssociatedAccount(FAUCET.address, to, chain.usdcMint, TOKEN_PROGRAM), mint])
}

/** The associated token program's CreateIdempotent. */
export function createAssociatedAccount(payer: Address, owner: Address, mint: Address, tokenProgram: Address) {
  return {
    programAddress: ATA_PROGRAM,
    accounts: [
      { address: payer, role: AccountRole.WRITABLE_SIGNER },
      { address: associatedAccount(owner, mint, tokenProgram), role: AccountRole.WRITABLE },
      { address: owner, role: AccountRole.READONLY },
      { address: mint, role: AccountRole.READONLY },
      { address: SYSTEM_PROGRAM, role: AccountRole.READONLY },
      { address: tokenProgram, role: AccountRole.READONLY },
    ],
    data: Uint8Array.of(1),
  }
}

function land(chain: Chain, instructions: readonly Instruction[]): string {
  let wire = signedByFaucet(chain, instructions, chain.tip)
  // The same gift twice in one slot would be the same transaction: an older blockhash makes it another.
  for (let slot = chain.tip - 1; chain.transactions.get(wire.signature) !== undefined; slot--) {
    wire = signedByFaucet(chain, instructions, slot)
  }
  const err = chain.landNow(wire)
  if (err !== null) throw new Error(`the faucet's transaction failed: ${JSON.stringify(err)}`)
  return wire.signature
}

function signedByFaucet(chain: Chain, instructions: readonly Instruction[], slot: number): WireTransaction {
  const lifetime = {
    blockhash: blockhash(chain.slots.blockhash(slot)) satisfies Blockhash,
    lastValidBlockHeight: BigInt(chain.slots.lastValidBlockHeight(slot)),
  }
  const compiled = compileTransaction(
    pipe(
      createTransactionMessage({ version: 0 }),
      (message) => setTransactionMessageFeePayer(FAUCET.address, message),
      (message) => setTransactionMessageLifetimeUsingBlockhash(lifetime, message),
      (message) => appendTransactionMessageInstructions(instructions, message),
    ),
  )
  const signature = signatureBytes(ed25519.sign(Uint8Array.from(compiled.messageBytes), FAUCET.seed))
  const signed = { ...compiled, signatures: { ...compiled.signatures, [FAUCET.address]: signature } }
  return chain.decode(Uint8Array.from(getTransactionEncoder().encode(signed)))
}

/** The system program's builder wants a signer; signing happens here, without promises. */
function faucetSigner() {
  return { address: FAUCET.address, signTransactions: () => Promise.resolve([]) }
}
