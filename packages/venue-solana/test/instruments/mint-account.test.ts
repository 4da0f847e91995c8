import { getAddressEncoder } from '@solana/kit'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readMint } from '../../src/instruments/mint-account.ts'
import { TOKEN_2022_PROGRAM, TOKEN_PROGRAM } from '../../src/instruments/token-programs.ts'
import { addressOf, mintAccount, vaultAccount } from '../market-data/harness/chain-accounts.ts'

const KEY = Uint8Array.from(getAddressEncoder().encode(addressOf(9)))
const NONE = new Uint8Array(32)

type Extension = readonly [type: number, value: Uint8Array]

/** A Token-2022 mint with these extensions behind it. */
function extended(...extensions: readonly Extension[]) {
  const entries = extensions.flatMap(([type, value]) => [...u16(type), ...u16(value.length), ...value])
  const base = new Uint8Array(166)
  base.set(mintAccount({ decimals: 4 }).data)
  base[165] = 1
  return { owner: TOKEN_2022_PROGRAM, data: Uint8Array.from([...base, ...entries]) }
}

function u16(value: number): number[] {
  return [value & 255, value >> 8]
}

/** Authority, withdraw authority, withheld, then the older and the newer fee: epoch, most, bps. */
function transferFee(
  older: readonly [epoch: bigint, bps: number],
  newer: readonly [epoch: bigint, bps: number],
): Uint8Array {
  const value = new Uint8Array(108)
  const view = new DataView(value.buffer)
  for (const [at, [epoch, bps]] of [
    [72, older],
    [90, newer],
  ] as const) {
    view.setBigUint64(at, epoch, true)
    view.setUint16(at + 16, bps, true)
  }
  return value
}

function metadata(name: string, symbol: string): Uint8Array {
  const text = (value: string) => [...u16(Buffer.byteLength(value)), 0, 0, ...Buffer.from(value)]
  return Uint8Array.from([...NONE, ...NONE, ...text(name), ...text(symbol), ...text('uri')])
}

const extensionsOf = (...extensions: readonly Extension[]) =>
  readMint(extended(...extensions), 432_000 * 10)?.extensions

describe('a mint', () => {
  it('is read as the token program wrote it', () => {
    const authority = fc.constantFrom(null, addressOf(1), addressOf(2))
    fc.assert(
      fc.property(
        fc.nat(18),
        fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
        authority,
        authority,
        (decimals, supply, mintAuthority, freezeAuthority) => {
          const account = mintAccount({ decimals, supply, mintAuthority, freezeAuthority })
          expect(readMint(account, 1)).toMatchObject({
            program: TOKEN_PROGRAM,
            decimals,
            supply,
            mintAuthority,
            freezeAuthority,
          })
        },
      ),
    )
  })

  it('is nothing else', () => {
    const mint = mintAccount()
    expect(readMint(vaultAccount(addressOf(1), 1n), 1)).toBeNull()
    expect(readMint({ ...mint, owner: addressOf(1) }, 1)).toBeNull()
    expect(readMint({ ...mint, data: mint.data.with(45, 0) }, 1)).toBeNull()
    expect(readMint({ ...mint, data: mint.data.subarray(0, 60) }, 1)).toBeNull()
    expect(readMint({ ...mint, data: mint.data.with(44, 60) }, 1)).toBeNull()
  })

  it('bytes of any kind are read or refused', () => {
    const owners = fc.constantFrom(TOKEN_PROGRAM, TOKEN_2022_PROGRAM)
    const decimalsOf = (owner: string, data: Uint8Array) => readMint({ owner, data }, 1)?.decimals ?? 0
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), owners, (data, owner) => {
        expect(decimalsOf(owner, data)).toBeLessThanOrEqual(18)
      }),
    )
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (tail) => {
        const { owner, data } = extended()
        expect(decimalsOf(owner, Uint8Array.from([...data, ...tail]))).toBeLessThanOrEqual(18)
      }),
    )
  })
})

describe('extensions of Token-2022', () => {
  it('a transfer fee is the one of the epoch; one that is announced counts when it is higher', () => {
    expect(extensionsOf([1, transferFee([1n, 500], [5n, 30])])?.transferFeeBps).toBe(30)
    expect(extensionsOf([1, transferFee([1n, 20], [12n, 900])])?.transferFeeBps).toBe(900)
    expect(extensionsOf([1, transferFee([1n, 900], [12n, 20])])?.transferFeeBps).toBe(900)
  })

  it.each<[string, number, Uint8Array, object]>([
    ['a permanent delegate', 12, KEY, { hasPermanentDelegate: true }],
    ['no permanent delegate', 12, NONE, { hasPermanentDelegate: false }],
    ['a transfer hook', 14, Uint8Array.from([...NONE, ...KEY]), { hasTransferHook: true }],
    ['a hook without a program', 14, Uint8Array.from([...KEY, ...NONE]), { hasTransferHook: false }],
    ['accounts that start frozen', 6, Uint8Array.of(2), { isFrozenByDefault: true }],
    ['accounts that start free', 6, Uint8Array.of(1), { isFrozenByDefault: false }],
    ['a pause', 26, new Uint8Array(33), { isFrozenByDefault: true }],
    ['no transfers', 9, new Uint8Array(0), { isNonTransferable: true }],
    ['interest', 10, new Uint8Array(52), { isScaled: true }],
    ['a scale', 25, new Uint8Array(56), { isScaled: true }],
    ['metadata', 19, metadata('PayPal USD', 'PY USD'), { symbol: 'PYUSD' }],
    ['something newer', 4000, KEY, {}],
  ])('%s', (_, type, value, expected) => {
    expect(extensionsOf([18, new Uint8Array(64)], [type, value], [3, KEY])).toMatchObject(expected)
  })

  it('a later one does not undo an earlier one', () => {
    expect(extensionsOf([26, new Uint8Array(33)], [6, Uint8Array.of(1)])?.isFrozenByDefault).toBe(true)
  })

  it('one that does not fit makes the mint unreadable: what it hides may be a danger', () => {
    const { owner: program, data } = extended([1, transferFee([1n, 1], [1n, 1])])
    expect(readMint({ owner: program, data: data.subarray(0, data.length - 1) }, 1)).toBeNull()
    expect(extensionsOf([1, new Uint8Array(20)])).toBeUndefined()
  })
})
