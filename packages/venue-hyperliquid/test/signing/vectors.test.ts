import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { ActionValue, TypedField } from '../../src/signing/index.ts'
import {
  actionHash,
  encodeMsgpack,
  fromHex,
  l1ActionDigest,
  phantomAgentDigest,
  privateKeySigner,
  recoverAddress,
  signatureFromBytes,
  toHex,
  userSignedDigest,
} from '../../src/signing/index.ts'

interface PublishedSignature {
  r: string
  s: string
  v: number
  digest: string
}
interface Vector {
  id: string
  kind: 'l1' | 'userSigned' | 'l1Recovery' | 'userSignedRecovery' | 'phantomAgentOnly'
  privateKey: string
  signer: string
  expectedSigner: string
  network: string
  action: Record<string, ActionValue> & { signatureChainId: string }
  nonce: number
  vaultAddress: string | null
  expiresAfter: number | null
  msgpack: string
  connectionId: string
  primaryType: string
  fields: TypedField[]
  /** One published vector has only its hash. */
  signatures: { mainnet?: PublishedSignature; testnet?: PublishedSignature }
  signature: PublishedSignature
}

const file = fileURLToPath(new URL('../../../../../shared/vectors/hyperliquid-signing.json', import.meta.url))
const vectors: Vector[] = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).vectors : []
const signed = (vector: Vector) => vector.signatures.mainnet !== undefined
const of = (...kinds: Vector['kind'][]) => vectors.filter((vector) => kinds.includes(vector.kind))

function published(vector: Vector, isMainnet: boolean): PublishedSignature {
  const signature = vector.signatures[isMainnet ? 'mainnet' : 'testnet']
  if (signature === undefined) throw new Error(`${vector.id} has no signature for this network`)
  return signature
}

describe.skipIf(vectors.length === 0)('published signing vectors (skipped where ../shared/vectors is absent)', () => {
  it.each(of('l1', 'l1Recovery'))('$id: msgpack and action hash', (vector) => {
    expect(toHex(encodeMsgpack(vector.action))).toBe(vector.msgpack)
    expect(toHex(actionHash(vector.action, vector))).toBe(vector.connectionId)
  })

  it.each(of('l1').filter(signed))('$id: signatures of both networks', (vector) => {
    for (const isMainnet of [true, false]) {
      const expected = published(vector, isMainnet)
      const digest = l1ActionDigest(vector.action, { ...vector, isMainnet })
      expect(toHex(digest)).toBe(expected.digest)
      const signature = signatureFromBytes(privateKeySigner(vector.privateKey).sign(digest))
      expect(signature).toEqual({ r: expected.r, s: expected.s, v: expected.v })
      expect(recoverAddress(digest, signature)).toBe(vector.signer)
    }
  })

  it.each(of('phantomAgentOnly'))('$id: a published connection id', (vector) => {
    for (const isMainnet of [true, false]) {
      const expected = published(vector, isMainnet)
      const digest = phantomAgentDigest(fromHex(vector.connectionId), isMainnet)
      const signature = signatureFromBytes(privateKeySigner(vector.privateKey).sign(digest))
      expect(signature).toEqual({ r: expected.r, s: expected.s, v: expected.v })
    }
  })

  it.each(of('userSigned'))('$id: user-signed digest and signature', (vector) => {
    const digest = userSignedDigest(vector.action, vector)
    expect(toHex(digest)).toBe(vector.signature.digest)
    const { r, s, v } = vector.signature
    expect(signatureFromBytes(privateKeySigner(vector.privateKey).sign(digest))).toEqual({ r, s, v })
  })

  it.each(of('l1Recovery'))('$id: recovers the signer that the venue saw', (vector) => {
    const digest = l1ActionDigest(vector.action, { ...vector, isMainnet: vector.network === 'mainnet' })
    expect(recoverAddress(digest, vector.signature)).toBe(vector.expectedSigner)
  })

  it.each(of('userSignedRecovery'))('$id: recovers the signer that the venue saw', (vector) => {
    expect(recoverAddress(userSignedDigest(vector.action, vector), vector.signature)).toBe(vector.expectedSigner)
  })
})
