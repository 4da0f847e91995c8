import type { Address } from '@solana/kit'
import { encodePoolState } from '../amm/pool-state.ts'
import type { Pool } from '../market/pool.ts'
import { TOKENS } from '../market/token-profile.ts'
import {
  associatedAccount,
  bytesOf,
  keyOf,
  LOOKUP_TABLE_PROGRAM,
  SWAP_PROGRAM,
  SYSTEM_PROGRAM,
  TOKEN_2022_PROGRAM,
  TOKEN_PROGRAM,
  WRAPPED_SOL,
} from './addresses.ts'
import type { Svm } from './svm.ts'
import { encodeMint, encodeTokenAccount } from './token-layout.ts'

/** Pays for airdrops and mints USDC. */
export const FAUCET = keyOf('faucet')
/** Quotes and pays fees as market makers of RFQ orders do. */
export const MAKER = keyOf('maker')
/** Gets Jupiter's platform fees. */
export const FEE_COLLECTOR = keyOf('fee-collector')
/** May freeze and mint the tokens that can be. */
const ISSUER = keyOf('issuer')
/** The lookup table of the loopback Jupiter's transactions. */
export const LOOKUP_TABLE = keyOf('lookup-table').address

const FAUCET_LAMPORTS = 5_000_000_000_000_000n
const MAKER_LAMPORTS = 1_000_000_000_000n
const SUPPLY = 10n ** 18n

/** Lays out the chain's first block: mints, pools, vaults, faucet, lookup table. */
export function layGenesis(svm: Svm, pools: readonly Pool[], usdcMint: Address): void {
  svm.set(FAUCET.address, {
    lamports: FAUCET_LAMPORTS,
    data: new Uint8Array(),
    owner: SYSTEM_PROGRAM,
    executable: false,
  })
  const purse = { lamports: MAKER_LAMPORTS, data: new Uint8Array(), owner: SYSTEM_PROGRAM, executable: false }
  svm.set(MAKER.address, purse)
  const put = (address: Address, owner: Address, data: Uint8Array, extra = 0n) =>
    svm.set(address, { lamports: svm.rent(data.length) + extra, data, owner, executable: false })

  const usdc = { decimals: 6, supply: SUPPLY, mintAuthority: FAUCET.address, freezeAuthority: ISSUER.address }
  put(usdcMint, TOKEN_PROGRAM, encodeMint(usdc))
  for (const token of TOKENS) {
    if (token.mint === WRAPPED_SOL) continue
    const mint = {
      decimals: token.decimals,
      supply: SUPPLY,
      mintAuthority: token.hasMintAuthority ? ISSUER.address : null,
      freezeAuthority: token.hasFreezeAuthority ? ISSUER.address : null,
    }
    const fee = token.transferFee
    put(token.mint, token.tokenProgram, encodeMint(fee === undefined ? mint : { ...mint, transferFee: fee }))
  }
  for (const pool of pools) {
    put(pool.address, SWAP_PROGRAM, encodePoolState(pool))
    putVault(svm, pool.baseVault, pool.address, pool.token.mint, pool.token.tokenProgram)
    putVault(svm, pool.quoteVault, pool.address, usdcMint, TOKEN_PROGRAM)
  }
  putVault(
    svm,
    associatedAccount(FEE_COLLECTOR.address, usdcMint, TOKEN_PROGRAM),
    FEE_COLLECTOR.address,
    usdcMint,
    TOKEN_PROGRAM,
  )
  put(LOOKUP_TABLE, LOOKUP_TABLE_PROGRAM, encodeLookupTable(tableAddresses(pools, usdcMint)))
}

/** What the lookup table holds, in order. */
export function tableAddresses(pools: readonly Pool[], usdcMint: Address): Address[] {
  const perPool = pools.flatMap((pool) => [pool.address, pool.token.mint, pool.baseVault, pool.quoteVault])
  return [usdcMint, TOKEN_PROGRAM, TOKEN_2022_PROGRAM, SYSTEM_PROGRAM, ...perPool]
}

function putVault(svm: Svm, at: Address, owner: Address, mint: Address, program: Address): void {
  const isNative = mint === WRAPPED_SOL
  const withFee = program === TOKEN_2022_PROGRAM
  const bytes = encodeTokenAccount({ mint, owner, amount: 0n, nativeReserve: null }, withFee).length
  const rent = svm.rent(bytes)
  const data = encodeTokenAccount({ mint, owner, amount: 0n, nativeReserve: isNative ? rent : null }, withFee)
  svm.set(at, { lamports: rent, data, owner: program, executable: false })
}

/** An active table without authority: type, no deactivation, last extended before the first slot. */
function encodeLookupTable(addresses: readonly Address[]): Uint8Array {
  const data = new Uint8Array(56 + 32 * addresses.length)
  const view = new DataView(data.buffer)
  view.setUint32(0, 1, true)
  view.setBigUint64(4, 0xffff_ffff_ffff_ffffn, true)
  for (const [index, address] of addresses.entries()) data.set(bytesOf(address), 56 + 32 * index)
  return data
}
