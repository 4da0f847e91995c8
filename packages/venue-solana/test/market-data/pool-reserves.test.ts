import { parseDecimal } from '@portolan/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { poolDepth, poolPrice, poolTrade } from '../../src/market-data/pool/pool-price.ts'
import type { Reserves, Side } from '../../src/market-data/pool/pool-reserves.ts'
import { PoolReserves } from '../../src/market-data/pool/pool-reserves.ts'
import { readVault } from '../../src/market-data/pool/vault-account.ts'
import { readPubsubFrame } from '../../src/market-data/socket/pubsub-frame.ts'
import { addressOf, mintAccount, vaultAccount } from './harness/chain-accounts.ts'

const UNITS = { baseDecimals: 9, quoteDecimals: 6, quoteValue: parseDecimal('1') }
const U64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })

describe('two vaults', () => {
  it('whatever the order, whatever comes twice or late: only whole slots are told, each once, forwards', () => {
    const notice = fc.record({
      side: fc.constantFrom<Side>('base', 'quote'),
      slot: fc.integer({ min: 1, max: 12 }),
    })
    fc.assert(
      fc.property(fc.array(notice, { maxLength: 80 }), (notices) => {
        const reserves = new PoolReserves()
        reserves.onReading({ slot: 2, base: 2n, quote: 2000n })
        const told: Reserves[] = []
        for (const { side, slot } of notices) {
          const amount = BigInt(side === 'base' ? slot : slot * 1000)
          for (const { after } of reserves.onVault(side, slot, amount, 0)) told.push(after)
        }
        let before = 2
        for (const { slot, base, quote } of told) {
          expect(slot).toBeGreaterThan(before)
          expect([base, quote]).toEqual([BigInt(slot), BigInt(slot * 1000)])
          before = slot
        }
      }),
    )
  })

  it('the first of a slot counts', () => {
    const reserves = new PoolReserves()
    reserves.onReading({ slot: 1, base: 1n, quote: 1n })
    reserves.onVault('base', 2, 5n, 0)
    reserves.onVault('base', 2, 6n, 0)
    expect(reserves.onVault('quote', 2, 7n, 0)).toMatchObject([{ after: { base: 5n, quote: 7n } }])
  })

  it('a half is one until the other comes or both are read', () => {
    const reserves = new PoolReserves()
    reserves.onReading({ slot: 1, base: 1n, quote: 1n })
    reserves.onVault('base', 5, 2n, 100)
    expect(reserves.isInDoubt(99)).toBe(false)
    expect(reserves.isInDoubt(100)).toBe(true)
    expect(reserves.onReading({ slot: 4, base: 1n, quote: 1n })).toBeNull()
    expect(reserves.isInDoubt(100)).toBe(true)
    expect(reserves.onReading({ slot: 5, base: 2n, quote: 1n })).toMatchObject({ after: { slot: 5 } })
    expect(reserves.isInDoubt(100)).toBe(false)
  })
})

describe('a print of a pool', () => {
  const change = (before: [bigint, bigint], after: [bigint, bigint]) => ({
    before: { slot: 1, base: before[0], quote: before[1] },
    after: { slot: 2, base: after[0], quote: after[1] },
  })

  it.each<[string, [bigint, bigint], string, string | null]>([
    ['tokens out, money in: bought', [50n, 200n], '50', 'buy'],
    ['tokens in, money out: sold', [200n, 50n], '100', 'sell'],
    ['both in: liquidity', [200n, 200n], '0', null],
    ['one side alone: a fee', [100n, 90n], '0', null],
  ])('%s', (_, after, quantity, side) => {
    const units = { ...UNITS, baseDecimals: 0, quoteDecimals: 0 }
    expect(poolTrade(change([100n, 100n], after), units, 7, false)).toMatchObject({
      id: 'pool-2',
      ts: 7,
      quantity,
      side,
    })
    expect(poolTrade(change([100n, 100n], after), units, 7, true)).toMatchObject({ quantity: '0', side: null })
  })

  it('decimals of both mints count, to the last unit', () => {
    expect(poolPrice({ slot: 1, base: 3n, quote: 1n }, { ...UNITS, baseDecimals: 0, quoteDecimals: 6 })).toBe(
      '0.00000033333333333333333333',
    )
    expect(poolPrice({ slot: 1, base: 2n ** 64n - 1n, quote: 2n ** 64n - 1n }, UNITS)).toBe('1000')
    expect(poolDepth({ slot: 1, base: 1n, quote: 5_000_000n }, UNITS)).toBe(10)
  })

  it('an empty pool has no price; any other has one that is a decimal', () => {
    fc.assert(
      fc.property(U64, U64, fc.nat(12), fc.nat(12), (base, quote, baseDecimals, quoteDecimals) => {
        const price = poolPrice({ slot: 1, base, quote }, { ...UNITS, baseDecimals, quoteDecimals })
        const isEmpty = base === 0n || quote === 0n
        expect(price ?? 'none').toMatch(isEmpty ? /^none$/ : /^\d+(\.\d+)?$/)
      }),
    )
  })
})

describe('a vault', () => {
  it('is read as the token program wrote it', () => {
    fc.assert(
      fc.property(U64, (amount) => {
        expect(readVault(vaultAccount(addressOf(5), amount))).toEqual({ mint: addressOf(5), amount })
      }),
    )
  })

  it('is nothing else: no mint, no account of another program, no part of one', () => {
    const vault = vaultAccount(addressOf(5), 1n)
    expect(readVault(mintAccount())).toBeNull()
    expect(readVault({ ...vault, owner: addressOf(6) })).toBeNull()
    expect(readVault({ ...vault, data: vault.data.subarray(0, 164) })).toBeNull()
    expect(readVault({ ...vault, data: vault.data.with(108, 0) })).toBeNull()
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (data) => {
        expect(readVault({ ...vault, data })?.amount ?? 0n).toBeGreaterThanOrEqual(0n)
      }),
    )
  })
})

describe('a frame', () => {
  it('never throws, whatever comes', () => {
    const methods = fc.constantFrom('slotNotification', 'accountNotification', 'x')
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.record({ method: methods, params: fc.anything() }).map((one) => JSON.stringify(one)),
        ),
        (text) => {
          const frame = readPubsubFrame(text ?? '')
          expect(frame.kind !== 'slot' || Number.isSafeInteger(frame.slot)).toBe(true)
        },
      ),
    )
  })

  it('an account that cannot be read keeps its slot and subscription', () => {
    const text = JSON.stringify({
      method: 'accountNotification',
      params: { subscription: 3, result: { context: { slot: 9 }, value: { owner: 'x' } } },
    })
    expect(readPubsubFrame(text)).toEqual({ kind: 'account', subscription: 3, slot: 9, account: null })
  })
})
