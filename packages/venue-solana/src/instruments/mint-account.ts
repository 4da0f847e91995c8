import type { ChainAccount } from './account-reader.ts'
import type { MintExtensions } from './mint-extensions.ts'
import { NO_EXTENSIONS, optionalAddress, readExtensions } from './mint-extensions.ts'
import { isTokenProgram } from './token-programs.ts'

/** A mint as the chain has it. */
export interface MintFacts {
  /** The token program that owns it; token accounts are derived with it. */
  readonly program: string
  readonly decimals: number
  /** All tokens there are, base units without decimals. */
  readonly supply: bigint
  /** Who can mint more; `null`: nobody, for good. */
  readonly mintAuthority: string | null
  /** Who can freeze accounts; `null`: nobody, for good. */
  readonly freezeAuthority: string | null
  readonly extensions: MintExtensions
}

/** Length of a mint; with extensions it is padded to that of a token account, followed by a byte that says what it is. */
const LENGTH = 82
const KIND_AT = 165
const MINT_KIND = 1
const SUPPLY_AT = 36
const DECIMALS_AT = 44
const INITIALIZED_AT = 45
const FREEZE_AUTHORITY_AT = 46

/** More decimals than any token has: 10^-18 is the least that a price can express. */
const MOST_DECIMALS = 18

/**
 * Reads a mint of either token program. Source: `spl_token::state::Mint`; decimals are byte 44 in both.
 * @param slot at which it was read: tells the epoch (432 000 slots).
 * @returns `null` when it is no mint.
 */
export function readMint(account: ChainAccount, slot: number): MintFacts | null {
  const { owner: program, data } = account
  const decimals = data[DECIMALS_AT]
  if (!isTokenProgram(program) || decimals === undefined || decimals > MOST_DECIMALS) return null
  if (data[INITIALIZED_AT] !== 1 || (data.length !== LENGTH && data[KIND_AT] !== MINT_KIND)) return null
  const extensions = data.length === LENGTH ? NO_EXTENSIONS : readExtensions(data.subarray(KIND_AT + 1), epochOf(slot))
  if (extensions === null) return null
  return {
    program,
    decimals,
    supply: new DataView(data.buffer, data.byteOffset, data.byteLength).getBigUint64(SUPPLY_AT, true),
    mintAuthority: optionalAddress(data, 0),
    freezeAuthority: optionalAddress(data, FREEZE_AUTHORITY_AT),
    extensions,
  }
}

function epochOf(slot: number): number {
  return Math.floor(slot / 432_000)
}
