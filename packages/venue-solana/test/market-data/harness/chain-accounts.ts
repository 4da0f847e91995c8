import type { Address } from '@solana/kit'
import { getAddressDecoder } from '@solana/kit'
import { AccountState, getMintEncoder, getTokenEncoder } from '@solana-program/token'
import type { ChainAccount } from '../../../src/instruments/account-reader.ts'
import { TOKEN_PROGRAM } from '../../../src/instruments/token-programs.ts'

/** An address that only this number makes. */
export function addressOf(seed: number): Address {
  const bytes = new Uint8Array(32).fill(7)
  new DataView(bytes.buffer).setUint32(0, seed)
  return getAddressDecoder().decode(bytes)
}

export interface MintSettings {
  readonly decimals?: number
  readonly supply?: bigint
  readonly mintAuthority?: Address | null
  readonly freezeAuthority?: Address | null
}

/** A mint as the token program writes it. */
export function mintAccount(settings: MintSettings = {}): ChainAccount {
  const { decimals = 6, supply = 10n ** 15n, mintAuthority = null, freezeAuthority = null } = settings
  const data = getMintEncoder().encode({ mintAuthority, supply, decimals, isInitialized: true, freezeAuthority })
  return { owner: TOKEN_PROGRAM, data: Uint8Array.from(data) }
}

/** A token account as the token program writes it. */
export function vaultAccount(mint: Address, amount: bigint): ChainAccount {
  const data = getTokenEncoder().encode({
    mint,
    owner: addressOf(99),
    amount,
    delegate: null,
    state: AccountState.Initialized,
    isNative: null,
    delegatedAmount: 0n,
    closeAuthority: null,
  })
  return { owner: TOKEN_PROGRAM, data: Uint8Array.from(data) }
}
