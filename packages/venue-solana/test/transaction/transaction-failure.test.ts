import { describe, expect, it } from 'vitest'
import {
  JUPITER_PROGRAM,
  SYSTEM_PROGRAM,
  TOKEN_2022_PROGRAM,
  TOKEN_PROGRAM,
} from '../../src/transaction/program-addresses.ts'
import { explainFailure } from '../../src/transaction/transaction-failure.ts'

const POOL = 'whirLbMiicVdio4qvUfM5KAg6Ct8VwpYzGff3uctyCc'
const failed = (program: string, code: number) =>
  `Program ${program} failed: custom program error: 0x${code.toString(16)}`
const custom = (code: number) => ({ InstructionError: [3, { Custom: code }] })

describe('a failed transaction', () => {
  it.each([
    [JUPITER_PROGRAM, 6001, 'slippage', 'SlippageToleranceExceeded (0x1771)'],
    [JUPITER_PROGRAM, 6024, 'insufficient-funds', 'InsufficientFunds (0x1788)'],
    [JUPITER_PROGRAM, 6008, 'other', 'NotEnoughAccountKeys (0x1778)'],
    [JUPITER_PROGRAM, 6017, 'slippage', 'ExactOutAmountNotMatched (0x1781)'],
    [TOKEN_PROGRAM, 1, 'insufficient-funds', 'InsufficientFunds (0x1)'],
    [TOKEN_2022_PROGRAM, 17, 'not-authorised', 'AccountFrozen (0x11)'],
    [SYSTEM_PROGRAM, 1, 'insufficient-funds', 'ResultWithNegativeLamports (0x1)'],
    [POOL, 6001, 'other', 'custom program error 0x1771'],
    [POOL, 3012, 'instrument', 'AccountNotInitialized (0xbc4)'],
  ])('%s %i is %s', (program, code, reason, words) => {
    const logs = [`Program ${program} invoke [1]`, failed(program, code)]
    expect(explainFailure(custom(code), logs)).toEqual({ reason, message: `${program}: ${words}` })
  })

  it('is explained by the innermost program: those outside pass its code on', () => {
    // 0x1 is no error of Jupiter's, it is the token program's want of funds.
    const logs = [failed(TOKEN_PROGRAM, 1), failed(POOL, 1), failed(JUPITER_PROGRAM, 1)]
    expect(explainFailure(custom(1), logs)).toMatchObject({ reason: 'insufficient-funds' })
    expect(explainFailure(custom(6024), [failed(POOL, 6024), failed(JUPITER_PROGRAM, 6024)]).reason).toBe('other')
  })

  it('without logs names the code and guesses nothing', () => {
    expect(explainFailure(custom(6001), [])).toEqual({
      reason: 'other',
      message: 'instruction 3: custom program error 0x1771',
    })
  })

  it.each([
    ['InsufficientFundsForFee', 'insufficient-funds'],
    [{ InsufficientFundsForRent: { account_index: 2 } }, 'insufficient-funds'],
    ['BlockhashNotFound', 'expired'],
    ['AlreadyProcessed', 'duplicate'],
    [{ InstructionError: [1, 'ComputationalBudgetExceeded'] }, 'other'],
    [{ InstructionError: [1, 'InsufficientFunds'] }, 'insufficient-funds'],
    [{ SomethingNew: 1 }, 'other'],
  ])('by the runtime: %j is %s', (error, reason) => {
    const { message, ...told } = explainFailure(error, [])
    expect(told).toEqual({ reason })
    expect(message.length).toBeGreaterThan(0)
  })
})
