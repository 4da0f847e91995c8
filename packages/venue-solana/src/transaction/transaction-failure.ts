import type { RejectReason } from '@portolan/core'
import type { TransactionError } from '../rpc/rpc-shapes.ts'
import {
  ASSOCIATED_TOKEN_PROGRAM,
  JUPITER_PROGRAM,
  SYSTEM_PROGRAM,
  TOKEN_2022_PROGRAM,
  TOKEN_PROGRAM,
} from './program-addresses.ts'

/** Why a transaction failed. */
export interface TransactionFailure {
  readonly reason: RejectReason
  /** The chain's words with the program that failed, e.g. `JUP6...: SlippageToleranceExceeded (0x1771)`. */
  readonly message: string
}

type Meaning = readonly [name: string, reason: RejectReason]

// Codes are each program's own. Sources: the IDL of Jupiter's aggregator (6001 to 6018), its page on common errors (6024, 6025).
const JUPITER: Readonly<Record<number, Meaning>> = {
  6000: ['EmptyRoute', 'no-liquidity'],
  6001: ['SlippageToleranceExceeded', 'slippage'],
  6002: ['InvalidCalculation', 'other'],
  6003: ['MissingPlatformFeeAccount', 'other'],
  6004: ['InvalidSlippage', 'other'],
  6005: ['NotEnoughPercent', 'other'],
  6006: ['InvalidInputIndex', 'other'],
  6007: ['InvalidOutputIndex', 'other'],
  6008: ['NotEnoughAccountKeys', 'other'],
  6014: ['IncorrectTokenProgramID', 'other'],
  6017: ['ExactOutAmountNotMatched', 'slippage'],
  6024: ['InsufficientFunds', 'insufficient-funds'],
  6025: ['InvalidTokenAccount', 'instrument'],
}
// Source: spl-token `TokenError`.
const TOKEN: Readonly<Record<number, Meaning>> = {
  0: ['NotRentExempt', 'insufficient-funds'],
  1: ['InsufficientFunds', 'insufficient-funds'],
  3: ['MintMismatch', 'instrument'],
  4: ['OwnerMismatch', 'not-authorised'],
  17: ['AccountFrozen', 'not-authorised'],
  18: ['MintDecimalsMismatch', 'quantity-rule'],
}
// Source: `SystemError`.
const SYSTEM: Readonly<Record<number, Meaning>> = {
  0: ['AccountAlreadyInUse', 'other'],
  1: ['ResultWithNegativeLamports', 'insufficient-funds'],
}
// Source: `TransactionError` and `InstructionError` of the runtime.
const RUNTIME: Readonly<Record<string, RejectReason>> = {
  InsufficientFundsForFee: 'insufficient-funds',
  InsufficientFundsForRent: 'insufficient-funds',
  InsufficientFunds: 'insufficient-funds',
  AccountNotFound: 'insufficient-funds',
  AlreadyProcessed: 'duplicate',
  BlockhashNotFound: 'expired',
  ProgramAccountNotFound: 'instrument',
}
// Anchor's own, the same in every program written with it.
const ANCHOR: Readonly<Record<number, Meaning>> = { 3012: ['AccountNotInitialized', 'instrument'] }

const BY_PROGRAM: Readonly<Record<string, Readonly<Record<number, Meaning>>>> = {
  [JUPITER_PROGRAM]: JUPITER,
  [TOKEN_PROGRAM]: TOKEN,
  [TOKEN_2022_PROGRAM]: TOKEN,
  [SYSTEM_PROGRAM]: SYSTEM,
  [ASSOCIATED_TOKEN_PROGRAM]: TOKEN,
}

const FAILED = /^Program (\S+) failed: custom program error: 0x([0-9a-f]+)$/

/**
 * Why a transaction failed, from its error and its log. A custom code means what the innermost program that failed means by it: outer programs
 * pass it on unchanged.
 */
export function explainFailure(error: TransactionError, logs: readonly string[]): TransactionFailure {
  if (typeof error === 'string') return { reason: RUNTIME[error] ?? 'other', message: error }
  const [instructionIndex, inner] = instructionError(error)
  if (instructionIndex === null) {
    const name = Object.keys(error)[0] ?? 'unknown error'
    return { reason: RUNTIME[name] ?? 'other', message: JSON.stringify(error).slice(0, 200) }
  }
  const code = customCode(inner)
  if (code === null) {
    const name = typeof inner === 'string' ? inner : JSON.stringify(inner)
    return { reason: RUNTIME[name] ?? 'other', message: `instruction ${instructionIndex}: ${name.slice(0, 200)}` }
  }
  return explainCode(code, innermostProgram(logs, code), instructionIndex)
}

function explainCode(code: number, program: string | null, instruction: number): TransactionFailure {
  const hex = `0x${code.toString(16)}`
  if (program === null) return { reason: 'other', message: `instruction ${instruction}: custom program error ${hex}` }
  const meaning = BY_PROGRAM[program]?.[code] ?? ANCHOR[code]
  if (meaning === undefined) return { reason: 'other', message: `${program}: custom program error ${hex}` }
  return { reason: meaning[1], message: `${program}: ${meaning[0]} (${hex})` }
}

/** The first to log the failure with this code is the innermost; without logs nobody can tell. */
function innermostProgram(logs: readonly string[], code: number): string | null {
  for (const line of logs) {
    const match = FAILED.exec(line)
    if (match?.[1] !== undefined && Number.parseInt(match[2] ?? '', 16) === code) return match[1]
  }
  return null
}

function instructionError(error: Readonly<Record<string, unknown>>): [index: number | null, inner: unknown] {
  const { InstructionError: pair } = error
  if (!Array.isArray(pair) || typeof pair[0] !== 'number') return [null, null]
  return [pair[0], pair[1]]
}

function customCode(inner: unknown): number | null {
  if (typeof inner !== 'object' || inner === null || !('Custom' in inner)) return null
  return typeof inner.Custom === 'number' ? inner.Custom : null
}
