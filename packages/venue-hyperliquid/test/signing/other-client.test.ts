import * as theirs from '@nktkas/hyperliquid/api/exchange'
import { createL1ActionHash, signL1Action, signUserSignedAction } from '@nktkas/hyperliquid/signing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cancelAction, leverageAction, orderAction } from '../../src/execution/order-action.ts'
import type { ActionValue, UserSignedType } from '../../src/signing/index.ts'
import {
  actionHash,
  fromHex,
  l1ActionDigest,
  phantomAgentDigest,
  privateKeySigner,
  signatureFromBytes,
  toHex,
  USER_SIGNED_TYPES,
  userSignedDigest,
} from '../../src/signing/index.ts'
import { request } from '../harness/scripted-orders.ts'

const key = `0x${'5a'.repeat(32)}`
const hex = (digits: number) => fc.stringMatching(new RegExp(`^0x[0-9a-f]{${digits}}$`)) as fc.Arbitrary<`0x${string}`>
const address = hex(40)
const cloid = hex(32)
const uint = fc.oneof(
  fc.nat(),
  fc.maxSafeNat(),
  fc.constantFrom(127, 128, 255, 256, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32),
)
const int = fc.oneof(fc.integer(), fc.maxSafeInteger(), fc.constantFrom(-32, -33, -128, -129, -32_769, -(2 ** 31) - 1))
const price = fc.tuple(fc.nat({ max: 999_999 }), fc.integer({ min: 1, max: 999_999 })).map(([a, b]) => `${a}.${b}`)
const bool = fc.boolean()
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined })

const kind = fc.oneof(
  fc.record({ limit: fc.record({ tif: fc.constantFrom('Gtc', 'Ioc', 'Alo', 'FrontendMarket') }) }),
  fc.record({ trigger: fc.record({ isMarket: bool, triggerPx: price, tpsl: fc.constantFrom('tp', 'sl') }) }),
)
const order = fc.record({ a: uint, b: bool, p: price, s: price, r: bool, t: kind, c: optional(cloid) })
const action = (type: string, fields: Record<string, fc.Arbitrary<unknown>>) =>
  fc.record(fields).map((rest) => ({ type, ...rest }))

/** Every action that agents sign, in the venue's order of keys. */
const ACTIONS = {
  order: action('order', {
    orders: fc.array(order, { maxLength: 40 }),
    grouping: fc.oneof(fc.constantFrom('na', 'normalTpsl', 'positionTpsl'), fc.record({ p: uint })),
    builder: optional(fc.record({ b: address, f: uint })),
  }),
  cancel: action('cancel', {
    cancels: fc.array(fc.record({ a: uint, o: uint }), { maxLength: 20 }),
    f: optional(fc.constant(true)),
  }),
  cancelByCloid: action('cancelByCloid', { cancels: fc.array(fc.record({ asset: uint, cloid }), { maxLength: 20 }) }),
  modify: action('modify', { oid: fc.oneof(uint, cloid), order, a: optional(fc.constant(true)) }),
  batchModify: action('batchModify', {
    modifies: fc.array(fc.record({ oid: fc.oneof(uint, cloid), order }), { maxLength: 10 }),
    a: optional(fc.constant(true)),
  }),
  updateLeverage: action('updateLeverage', { asset: uint, isCross: bool, leverage: uint }),
  updateIsolatedMargin: action('updateIsolatedMargin', { asset: uint, isBuy: bool, ntli: int }),
  topUpIsolatedOnlyMargin: action('topUpIsolatedOnlyMargin', { asset: uint, leverage: price }),
  scheduleCancel: action('scheduleCancel', { time: optional(uint) }),
  twapOrder: action('twapOrder', {
    twap: fc.record({ a: uint, b: bool, s: price, r: bool, m: uint, t: bool }),
    details: optional(fc.record({ t: fc.option(fc.record({ p: price, a: uint })), s: fc.option(price) })),
  }),
  twapCancel: action('twapCancel', { a: uint, t: uint }),
  noop: action('noop', {}),
  reserveRequestWeight: action('reserveRequestWeight', { weight: uint, destination: optional(address) }),
  agentSetAbstraction: action('agentSetAbstraction', { abstraction: fc.constantFrom('i', 'u', 'p') }),
  agentSendAsset: action('agentSendAsset', {
    destination: address,
    sourceDex: fc.string(),
    token: fc.string(),
    amount: price,
    nonce: uint,
  }),
  createSubAccount: action('createSubAccount', { name: fc.string({ unit: 'grapheme', maxLength: 300 }) }),
  subAccountTransfer: action('subAccountTransfer', { subAccountUser: address, isDeposit: bool, usd: uint }),
  vaultTransfer: action('vaultTransfer', { vaultAddress: address, isDeposit: bool, usd: uint }),
  setReferrer: action('setReferrer', { code: fc.string({ unit: 'binary' }) }),
  evmUserModify: action('evmUserModify', { usingBigBlocks: bool }),
  claimRewards: action('claimRewards', {}),
} satisfies Record<string, fc.Arbitrary<unknown>>

const envelope = fc.record({
  nonce: fc.maxSafeNat(),
  vaultAddress: optional(address),
  expiresAfter: optional(fc.maxSafeNat()),
})
const defined = <T extends object>(value: T) =>
  Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as never

/** A wallet of the other client that signs what it is told to by this one's digests, and keeps the question. */
function wallet() {
  const signer = privateKeySigner(key)
  const asked: { domain: object; types: object; primaryType: string; message: Record<string, unknown> }[] = []
  return {
    asked,
    address: signer.address,
    signTypedData: (question: (typeof asked)[number]) => {
      asked.push(question)
      const { domain, primaryType, message, types } = question
      const chainId = (domain as { chainId: number }).chainId
      const digest =
        primaryType === 'Agent'
          ? phantomAgentDigest(fromHex(String(message.connectionId)), message.source === 'a')
          : userSignedDigest(
              { ...message, signatureChainId: `0x${chainId.toString(16)}` },
              {
                primaryType,
                fields: (types as Record<string, UserSignedType['fields']>)[primaryType] ?? [],
              },
            )
      const { bytes, recovery } = signer.sign(digest)
      return Promise.resolve(`${toHex(bytes)}${recovery === 1 ? '1c' : '1b'}` as const)
    },
  }
}

describe('another client', () => {
  it.each(Object.entries(ACTIONS))('hashes the action %s alike', (_type, arbitrary) => {
    fc.assert(
      fc.property(arbitrary, envelope, (value, context) => {
        const expected = createL1ActionHash({ action: value, ...(defined(context) as { nonce: number }) })
        expect(toHex(actionHash(value as ActionValue, context))).toBe(expected)
      }),
      { numRuns: 60 },
    )
  })

  it('hashes alike whatever an action is made of: null, big integers, negative ones, unicode, lists, nesting', () => {
    const value = fc.letrec<{ any: unknown }>((tie) => ({
      any: fc.oneof(
        { maxDepth: 5, depthSize: 'medium' },
        fc.constant(null),
        bool,
        int,
        // Smaller ones it does not write in the shortest form, which is the venue's.
        fc.bigInt({ min: 1n << 32n, max: (1n << 64n) - 1n }),
        fc.bigInt({ min: -(1n << 63n), max: -(1n << 31n) - 1n }),
        fc.string({ unit: 'binary', maxLength: 70_000, size: 'medium' }),
        fc.array(tie('any'), { maxLength: 40 }),
        fc.dictionary(
          fc.string({ unit: 'grapheme', minLength: 1 }).filter((name) => name !== '__proto__'),
          tie('any'),
          { maxKeys: 40 },
        ),
      ),
    })).any
    fc.assert(
      fc.property(fc.array(value, { maxLength: 20 }), envelope, (list, context) => {
        for (const each of [list, { type: 'any', list }]) {
          const expected = createL1ActionHash({ action: each, ...(defined(context) as { nonce: number }) })
          expect(toHex(actionHash(each as ActionValue, context))).toBe(expected)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('signs what the adapter emits with the same signature, on both networks, for accounts and vaults', async () => {
    const actions: readonly (readonly [ActionValue & object, ...unknown[]])[] = [
      [orderAction(request(), 110_002, `0x${'ab'.repeat(16)}`)],
      [orderAction(request({ side: 'sell', reduceOnly: true }), 0, `0x${'01'.repeat(16)}`)],
      [cancelAction(5, `0x${'cd'.repeat(16)}`)],
      [leverageAction(3, false, 7)],
    ]
    for (const [each] of actions) {
      for (const isTestnet of [true, false]) {
        for (const vaultAddress of [undefined, `0x${'0d'.repeat(20)}`] as const) {
          const vault = vaultAddress === undefined ? {} : { vaultAddress }
          const context = { nonce: 1_790_000_000_000, expiresAfter: 1_790_000_015_000, ...vault }
          const signature = await signL1Action({
            wallet: wallet(),
            action: each as Record<string, unknown>,
            isTestnet,
            ...context,
          })
          const digest = l1ActionDigest(each, { ...context, isMainnet: !isTestnet })
          expect(signatureFromBytes(privateKeySigner(key).sign(digest))).toEqual(signature)
        }
      }
    }
  })

  it.each(Object.entries(USER_SIGNED_TYPES))('signs %s as the same typed message', async (name, type) => {
    const known = Object.entries(theirs).find(([each]) => each === `${name[0]?.toUpperCase()}${name.slice(1)}Types`)
    const types = known?.[1] as unknown as Record<string, UserSignedType['fields']>
    expect(types).toEqual({ [type.primaryType]: type.fields })
    await fc.assert(
      fc.asyncProperty(
        fc.infiniteStream(fc.nat()),
        address,
        fc.string({ unit: 'binary' }),
        async (numbers, who, text) => {
          const message: Record<string, unknown> = { signatureChainId: '0x66eee' }
          for (const field of type.fields) {
            const [number = 0] = numbers.take(1)
            const values = {
              string: text,
              bytes: toHex(new TextEncoder().encode(text)),
              address: who,
              bool: number % 2 === 0,
            }
            message[field.name] = field.type in values ? values[field.type as keyof typeof values] : number
          }
          const other = wallet()
          const signature = await signUserSignedAction({
            wallet: other,
            action: message as never,
            types: types as never,
          })
          const digest = userSignedDigest(message as never, type)
          expect(signatureFromBytes(privateKeySigner(key).sign(digest))).toEqual(signature)
          expect(other.asked[0]?.domain).toEqual({
            name: 'HyperliquidSignTransaction',
            version: '1',
            chainId: 0x66eee,
            verifyingContract: `0x${'0'.repeat(40)}`,
          })
        },
      ),
      { numRuns: 20 },
    )
  })
})
