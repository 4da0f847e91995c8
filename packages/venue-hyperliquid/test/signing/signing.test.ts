import { createL1ActionHash } from '@nktkas/hyperliquid/signing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ActionValue } from '../../src/signing/index.ts'
import {
  actionHash,
  encodeMsgpack,
  l1ActionDigest,
  privateKeySigner,
  recoverAddress,
  signatureFromBytes,
  signatureToBytes,
  toHex,
  USER_SIGNED_TYPES,
  userSignedDigest,
  wireDecimal,
} from '../../src/signing/index.ts'

const key = '0x0123456789012345678901234567890123456789012345678901234567890123'
const order = {
  type: 'order',
  orders: [{ a: 1, b: true, p: '100', s: '100', r: false, t: { limit: { tif: 'Gtc' } } }],
  grouping: 'na',
} as const

const cloid = fc.stringMatching(/^0x[0-9a-f]{32}$/)
const address = fc.stringMatching(/^0x[0-9a-f]{40}$/)
const integer = fc.oneof(fc.nat(), fc.integer(), fc.maxSafeInteger())
const value: fc.Arbitrary<ActionValue> = fc.letrec<{ any: ActionValue }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    fc.string({ maxLength: 300 }),
    cloid,
    integer,
    fc.boolean(),
    fc.array(tie('any'), { maxLength: 20 }),
    fc.dictionary(
      fc.string({ maxLength: 40 }).filter((name) => name !== '__proto__'),
      tie('any'),
      { maxKeys: 20 },
    ),
  ),
})).any

describe('action hash', () => {
  it('agrees with an independent client for any action, nonce, vault and expiry', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.string({ minLength: 1, maxLength: 12 }).filter((name) => name !== '__proto__'),
          value,
          { maxKeys: 20 },
        ),
        fc.maxSafeInteger().filter((nonce) => nonce >= 0),
        fc.option(address, { nil: undefined }),
        fc.option(fc.nat({ max: 2 ** 53 - 1 }), { nil: undefined }),
        (action, nonce, vaultAddress, expiresAfter) => {
          const theirs = createL1ActionHash({
            action,
            nonce,
            ...(vaultAddress === undefined ? {} : { vaultAddress: vaultAddress as `0x${string}` }),
            ...(expiresAfter === undefined ? {} : { expiresAfter }),
          })
          expect(toHex(actionHash(action, { nonce, vaultAddress, expiresAfter }))).toBe(theirs)
        },
      ),
    )
  })

  it('depends on the order of keys but not on keys that are undefined', () => {
    expect(encodeMsgpack({ a: 1, b: 2 })).not.toEqual(encodeMsgpack({ b: 2, a: 1 }))
    expect(encodeMsgpack({ a: 1, c: undefined, b: 2 })).toEqual(encodeMsgpack({ a: 1, b: 2 }))
  })

  it('writes integers from 2^32 as uint64 and bigints like numbers', () => {
    expect(toHex(encodeMsgpack(2 ** 32))).toBe('0xcf0000000100000000')
    expect(toHex(encodeMsgpack(391_283_746_102n))).toBe(toHex(encodeMsgpack(391_283_746_102)))
    expect(toHex(encodeMsgpack(-2_500_000))).toBe('0xd2ffd9da60')
  })

  it('refuses fractions: amounts are strings', () => {
    expect(() => encodeMsgpack({ p: 1.5 })).toThrow('decimal strings')
    expect(() => encodeMsgpack({ p: 2 ** 53 })).toThrow(RangeError)
  })
})

describe('L1 signatures', () => {
  // Published by hyperliquid-python-sdk tests/signing_test.py.
  it('signs an order as the Python SDK does, on both networks', () => {
    const sign = (isMainnet: boolean) =>
      signatureFromBytes(privateKeySigner(key).sign(l1ActionDigest(order, { nonce: 0, isMainnet })))
    expect(sign(true)).toEqual({
      r: '0xd65369825a9df5d80099e513cce430311d7d26ddf477f5b3a33d2806b100d78e',
      s: '0x2b54116ff64054968aa237c20ca9ff68000f977c93289157748a3162b6ea940e',
      v: 28,
    })
    expect(sign(false)).toEqual({
      r: '0x82b2ba28e76b3d761093aaded1b1cdad4960b3af30212b343fb2e6cdfa4e3d54',
      s: '0x6b53878fc99d26047f4d7e8c90eb98955a109f44209163f52d8dc4278cbbd9f5',
      v: 27,
    })
  })

  it('recovers the signer of what was signed, and a stranger for anything else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.nat({ max: 2 ** 48 }), (seed, nonce) => {
        fc.pre(seed.some((byte) => byte !== 0) && (seed[0] ?? 0) < 0xff)
        const signer = privateKeySigner(seed)
        const digest = l1ActionDigest(order, { nonce, isMainnet: true })
        const signature = signatureFromBytes(signer.sign(digest))
        expect(recoverAddress(digest, signature)).toBe(signer.address)
        const other = l1ActionDigest({ ...order, grouping: 'normalTpsl' }, { nonce, isMainnet: true })
        expect(recoverAddress(other, signature)).not.toBe(signer.address)
        expect(signatureFromBytes(signatureToBytes(signature))).toEqual(signature)
        expect(BigInt(signature.s) <= 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n).toBe(true)
      }),
      { numRuns: 50 },
    )
  })

  it('accepts the unpadded halves that Python clients print, and v as 0 or 1', () => {
    const short = signatureToBytes({ r: '0x1', s: '0xab', v: 1 })
    expect(signatureFromBytes(short)).toEqual({ r: `0x${'0'.repeat(63)}1`, s: `0x${'0'.repeat(62)}ab`, v: 28 })
    expect(() => signatureToBytes({ r: '0x1', s: '0x2', v: 5 })).toThrow('v must be 27 or 28')
    expect(() => signatureFromBytes({ bytes: new Uint8Array(65), recovery: 0 })).toThrow('64 bytes')
  })
})

describe('user-signed actions', () => {
  // Published by hyperliquid-python-sdk tests/signing_test.py.
  it('signs a USD transfer as the Python SDK does', () => {
    const action = {
      type: 'usdSend',
      signatureChainId: '0x66eee',
      hyperliquidChain: 'Testnet',
      destination: '0x5e9ee1089755c3435139848e47e6635505d5a13a',
      amount: '1',
      time: 1_687_816_341_423,
    }
    const digest = userSignedDigest(action, USER_SIGNED_TYPES.usdSend)
    expect(signatureFromBytes(privateKeySigner(key).sign(digest))).toEqual({
      r: '0x637b37dd731507cdd24f46532ca8ba6eec616952c56218baeff04144e4a77073',
      s: '0x11a6a24900e6e314136d2592e2f8d502cd89b7c15b198e1bee043c9589f9fad7',
      v: 27,
    })
  })

  it('names the field that has the wrong type', () => {
    const action = { signatureChainId: '0x1', hyperliquidChain: 'Testnet', agentAddress: 5, agentName: '', nonce: 1 }
    expect(() => userSignedDigest(action, USER_SIGNED_TYPES.approveAgent)).toThrow('agentAddress must be a address')
  })
})

describe('decimals on the wire', () => {
  it.each([
    ['100.0', '100'],
    ['0.00150', '0.0015'],
    ['1e-7', '0.0000001'],
    ['123456', '123456'],
    ['-0.0', '0'],
    ['007.50', '7.5'],
  ])('%s is sent as %s', (input, output) => expect(wireDecimal(input)).toBe(output))

  it('keeps the value and is a fixed point', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat({ max: 999_999 }), (whole, fraction) => {
        const text = `${whole}.${String(fraction).padStart(6, '0')}`
        const wire = wireDecimal(text)
        expect(Number(wire)).toBe(Number(text))
        expect(wireDecimal(wire)).toBe(wire)
        expect(wire).not.toMatch(/\.\d*0$|\.$/)
      }),
    )
  })

  it('refuses what is not a number', () => {
    expect(() => wireDecimal('abc')).toThrow('not a decimal number: abc')
    expect(() => wireDecimal('Infinity')).toThrow('not a finite number')
  })
})
