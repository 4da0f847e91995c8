import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PROGRAM_BASE64 } from '../../../src/simulator/amm/program-bytes.ts'
import { slippageThreshold, swapOutput } from '../../../src/simulator/amm/swap-math.ts'
import { startTestChain } from '../start-test-chain.ts'
import type { LandedSwap } from '../test-wallet.ts'
import { TestWallet } from '../test-wallet.ts'
import { buildProgram } from './build-program.ts'

function built(): Buffer | undefined {
  try {
    return buildProgram()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

describe('the AMM program', () => {
  it('is what amm.c compiles to', (context) => {
    const bytes = built()
    if (bytes === undefined) return context.skip('clang-14 is not on this machine')
    expect(bytes.toString('base64')).toBe(PROGRAM_BASE64)
  })

  it('swaps to the unit as calculated, Token-2022 transfer fees included', async () => {
    await using chain = await startTestChain()
    const wallet = await TestWallet.funded(chain, 50, 100_000)
    for (const symbol of ['ATLAS', 'ENSIGN', 'CARAVEL', 'SOL']) {
      const { mint, pool } = chain.mint(symbol)
      const { token } = chain.simulator.world.chain.poolOf(pool) ?? {}
      // Time has gone on since the quote: what counts are the reserves at which it landed.
      const expected = (landed: LandedSwap, amount: bigint, from: string, to: string) =>
        swapOutput({
          amount,
          reserveIn: landed.before(pool, from),
          reserveOut: landed.before(pool, to),
          poolFeeBps: token?.poolFeeBps ?? 0,
          platformFeeBps: 0,
          feeOnInput: false,
          transferFeeIn: from === mint ? token?.transferFee : undefined,
          transferFeeOut: to === mint ? token?.transferFee : undefined,
        }).out
      const bought = await wallet.swap(chain.usdcMint, mint, '123456789')
      expect(bought.delta(chain.usdcMint)).toBe(-123_456_789n)
      // What comes as SOL is unwrapped: the wallet's token balances do not show it.
      const arrived = symbol === 'SOL' ? 0n : expected(bought, 123_456_789n, chain.usdcMint, mint)
      expect(bought.delta(mint)).toBe(arrived)
      const amount = symbol === 'SOL' ? 700_000_001n : bought.delta(mint)
      const sold = await wallet.swap(mint, chain.usdcMint, String(amount))
      expect(sold.err).toBeNull()
      expect(sold.delta(chain.usdcMint)).toBe(expected(sold, amount, mint, chain.usdcMint))
    }
  })

  it('fails with 6001 when less would arrive than was quoted', async () => {
    await using chain = await startTestChain()
    const wallet = await TestWallet.funded(chain, 5, 1_000)
    const { mint } = chain.mint('ATLAS')
    const { slot } = await chain.control('POST', 'price', { mint, factor: 1.2 })
    const swap = await wallet.prepare(chain.usdcMint, mint, '50000000', { slippageBps: 10 })
    await chain.slots(slot - chain.simulator.world.chain.tip)
    const landed = await wallet.land(swap)
    expect(landed.err).toEqual({ InstructionError: [2, { Custom: 6001 }] })
    expect(landed.delta(chain.usdcMint)).toBe(0n)
    expect(landed.logs.at(-1)).toBe(
      'Program JUP6LkbZbjS1jKKwapdHNy74zcZ3tLUZoi5QNyVTaV4 failed: custom program error: 0x1771',
    )
  })

  it('fails with 6024 when the wallet has less than it sells', async () => {
    await using chain = await startTestChain()
    const wallet = await TestWallet.funded(chain, 5, 10)
    const landed = await wallet.swap(chain.usdcMint, chain.mint('DUCAT').mint, '10000001')
    expect(landed.err).toEqual({ InstructionError: [2, { Custom: 6024 }] })
  })

  it('takes the vaults of its own pools alone', async () => {
    await using chain = await startTestChain()
    const wallet = await TestWallet.funded(chain, 5, 1_000)
    const swap = await wallet.prepare(chain.usdcMint, chain.mint('ATLAS').mint, '1000000')
    const other = chain.mint('DUCAT').vaults[1]
    const forged = swap.quote.swapInstruction.accounts.map((account: { pubkey: string }, index: number) =>
      index === 3 ? { ...account, pubkey: other } : account,
    )
    const landed = await wallet.land(
      await wallet.sign({ ...swap.quote, swapInstruction: { ...swap.quote.swapInstruction, accounts: forged } }),
    )
    expect(landed.err).toEqual({ InstructionError: [2, { Custom: 6008 }] })
  })
})

describe('swap arithmetic', () => {
  const amount = fc.bigInt({ min: 1n, max: 10n ** 15n })
  const swap = fc.record({
    amount,
    reserveIn: amount,
    reserveOut: amount,
    poolFeeBps: fc.integer({ min: 0, max: 1_000 }),
    platformFeeBps: fc.integer({ min: 0, max: 500 }),
    feeOnInput: fc.boolean(),
    transferFeeIn: fc.constantFrom(undefined, { bps: 100, maximum: 10n ** 9n }),
    transferFeeOut: fc.constantFrom(undefined, { bps: 300, maximum: 10n ** 6n }),
  })

  it('never lets the product of the reserves shrink', () => {
    fc.assert(
      fc.property(swap, (input) => {
        const { poolIn, poolOut } = swapOutput(input)
        expect((input.reserveIn + poolIn) * (input.reserveOut - poolOut)).toBeGreaterThanOrEqual(
          input.reserveIn * input.reserveOut,
        )
      }),
    )
  })

  it('rounds the threshold up, as in a quote recorded from Jupiter', () => {
    expect(slippageThreshold(120_704_786n, 50)).toBe(120_101_263n)
  })
})
