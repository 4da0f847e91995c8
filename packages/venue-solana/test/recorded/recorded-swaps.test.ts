import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { instrumentId, parseDecimal } from '@portolan/core'
import { getCompiledTransactionMessageDecoder, getTransactionDecoder } from '@solana/kit'
import { describe, expect, it } from 'vitest'
import { fillOf, swapOf } from '../../src/account/swap-fill.ts'
import { parseJson } from '../../src/http/parse-json.ts'
import { verdictOf } from '../../src/jupiter/execute-code.ts'
import { executeShape } from '../../src/jupiter/swap-shapes.ts'
import { transactionMeta } from '../../src/rpc/rpc-shapes.ts'
import { enforcedMinimum } from '../../src/transaction/enforced-minimum.ts'
import type { LandedTransaction } from '../../src/transaction/landed-transaction.ts'
import { landedTransaction } from '../../src/transaction/landed-transaction.ts'
import { JUPITER_PROGRAM, TOKEN_PROGRAM } from '../../src/transaction/program-addresses.ts'
import { explainFailure } from '../../src/transaction/transaction-failure.ts'
import { WRAPPED_SOL, walletChange } from '../../src/transaction/wallet-change.ts'

// Real transactions of mainnet and answers of Jupiter, kept beside the repository and not in it.
const folder = fileURLToPath(new URL('../../../../../shared/data/solana/', import.meta.url))
const present = existsSync(folder)
const read = (file: string) => parseJson(readFileSync(`${folder}${file}`, 'utf8')) as Record<string, unknown>

function swapFile(name: string): LandedTransaction {
  const landed = landedTransaction.parse(read(`gemwallet-core/${name}.json`).result)
  if (landed === null) throw new Error(`${name} holds no transaction`)
  return landed
}

const token = (mint: string, decimals: number) => ({ mint, decimals, program: TOKEN_PROGRAM })
const SOL = token(WRAPPED_SOL, 9)
const USDT = token('Es9vMFrzaCERmJfrF4H2FYD4KCoNkY11McCe8BenwNYB', 6)
const USD_STAR = token('2b1kV6DkPAnxd5ixfnxCpjxmKwqjjaYmCZfHsFu24GXo', 6)
const PUMP = token('BKpSnSdNdANUxKPsn4AQ8mf4b9BoeVs9JD1Q8cVkpump', 6)
const origin = {
  instrument: instrumentId('x'),
  signature: 's',
  sealedId: null,
  at: 0,
  solUsd: parseDecimal('150'),
}

const skip = present ? false : `no recorded data at ../shared/data/solana`
describe.skipIf(skip !== false)(`swaps of mainnet${skip === false ? '' : ` (skipped: ${skip})`}`, () => {
  const walletOf = (landed: LandedTransaction) => landed.transaction.staticKeys[0] ?? ''

  it('sold 393,647.577456 tokens for 0.140927839 SOL, of which the network took 0.000707891', () => {
    const landed = swapFile('swap_token_to_sol')
    const change = walletChange(landed, walletOf(landed))
    expect([...change.tokens]).toEqual([[PUMP.mint, -393_647_577_456n]])
    expect(change).toMatchObject({ lamports: 140_219_948n, fee: 707_891n })
  })

  it('bought 1.67893 USDT for 0.01 SOL and a fee of 0.0000575 SOL', () => {
    const landed = swapFile('swap_sol_to_token')
    const change = walletChange(landed, walletOf(landed))
    expect([...change.tokens]).toEqual([[USDT.mint, 1_678_930n]])
    expect(change).toMatchObject({ lamports: -10_057_500n, fee: 57_500n })
    // With USDT as the quote it is a sale of SOL at 167.893.
    const swap = swapOf(change, SOL, USDT)
    expect(swap).toEqual({ side: 'sell', baseUnits: 10_000_000n, quoteUnits: 1_678_930n, costLamports: 57_500n })
    if (swap === null) throw new Error('no swap')
    expect(fillOf(swap, SOL, USDT, origin)).toMatchObject({
      price: '167.893',
      quantity: '0.01',
      fee: { in: 'other', asset: 'SOL', amount: '0.0000575', usd: '0.008625' },
    })
  })

  it('gave 1.000000 of one token for 0.999932 of another', () => {
    const landed = swapFile('swap_token_to_token')
    const change = walletChange(landed, walletOf(landed))
    expect(new Map(change.tokens)).toEqual(
      new Map([
        [USD_STAR.mint, -1_000_000n],
        [USDT.mint, 999_932n],
      ]),
    )
    const swap = swapOf(change, USD_STAR, USDT)
    expect(swap).toEqual({ side: 'sell', baseUnits: 1_000_000n, quoteUnits: 999_932n, costLamports: 57_500n })
  })

  it('counts the rent of an account that was made for somebody else as a cost, not as the transfer', () => {
    const landed = swapFile('usdc_transfer')
    const change = walletChange(landed, walletOf(landed))
    expect([...change.tokens.values()]).toEqual([-100_000n])
    expect(change.lamports + change.fee).toBe(-2_039_280n)
  })

  it('reads whatever moved in transactions with inner calls, for every wallet that is named in them', () => {
    for (const file of ['cpi_tx', 'nested_cpi_tx', 'simple_tx']) {
      const meta = transactionMeta.parse(read(`carbon/${file}.json`))
      const { preTokenBalances, postTokenBalances, preBalances } = meta
      const owners = new Set((postTokenBalances ?? []).flatMap(({ owner }) => owner ?? []))
      const keys = Array.from({ length: preBalances.length }, (_, index) => `key-${index}`)
      const landed = { slot: 1, meta, transaction: { signatures: null, staticKeys: keys } }
      const total = new Map<string, bigint>()
      for (const owner of owners) {
        for (const [mint, change] of walletChange(landed, owner).tokens) {
          total.set(mint, (total.get(mint) ?? 0n) + change)
        }
      }
      const sum = (balances: typeof preTokenBalances, mint: string) =>
        (balances ?? []).reduce((units, one) => (one.mint === mint ? units + one.uiTokenAmount.amount : units), 0n)
      for (const [mint, change] of total) {
        expect(change).toBe(sum(postTokenBalances, mint) - sum(preTokenBalances, mint))
      }
      expect(owners.size).toBeGreaterThan(0)
    }
  })

  it('tells the slippage of a failed swap from the logs, by the innermost program', () => {
    const { error } = read('gemwallet-core/transaction_broadcast_swap_error.json') as {
      error: { data: { err: Record<string, unknown>; logs: string[] } }
    }
    expect(explainFailure(error.data.err, error.data.logs)).toEqual({
      reason: 'slippage',
      message: `${JUPITER_PROGRAM}: SlippageToleranceExceeded (0x1771)`,
    })
  })

  it("finds the minimum in Jupiter's own route instruction", () => {
    const order = read('jup-docs/ultra_order_metis.json') as Record<string, string>
    const wire = Uint8Array.from(Buffer.from(order.transaction ?? '', 'base64'))
    const message = getCompiledTransactionMessageDecoder().decode(getTransactionDecoder().decode(wire).messageBytes)
    if (message.version === 1) throw new Error('an order of version 0 was expected')
    const minimums = message.instructions.flatMap(({ data }) => enforcedMinimum(data ?? [], 100_000_000n) ?? [])
    // What Jupiter keeps of the output (2 bps) is taken before: the quote tells the threshold after it.
    expect(minimums).toHaveLength(1)
    expect(Number(minimums[0])).toBeGreaterThanOrEqual(Number(order.otherAmountThreshold))
    expect(Number(minimums[0])).toBeLessThan(Number(order.outAmount))
  })

  it('judges the answers of /execute that Jupiter documents', () => {
    const verdicts = [
      'execute_success',
      'execute_program_6001',
      'execute_code_-1',
      'execute_aggregator_-1005',
      'execute_rfq_-2005',
    ]
    expect(verdicts.map((file) => verdictOf(executeShape.parse(read(`jup-docs/${file}.json`))))).toEqual([
      'landed',
      'failed',
      'refused',
      'expired',
      'unclear',
    ])
  })
})
