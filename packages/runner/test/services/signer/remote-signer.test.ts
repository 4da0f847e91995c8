import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { ed25519 } from '@noble/curves/ed25519.js'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import type { Signer } from '@portolan/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseConfig } from '../../../src/config/parse-config.ts'
import { holdKey, loadSigner } from '../../../src/services/index.ts'

const SEED = Uint8Array.from({ length: 32 }, (_, index) => index + 1)
const MESSAGE = new TextEncoder().encode('a transaction')

/** A key service: the key is not the runner's. */
const service = (changes: Partial<Signer> = {}): Signer => ({
  scheme: 'ed25519',
  publicKey: ed25519.getPublicKey(SEED),
  sign: (bytes) => Promise.resolve({ bytes: ed25519.sign(bytes, SEED), recovery: null }),
  ...changes,
})

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'portolan-remote-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('a remote signer', () => {
  it.each([
    ['an object', service()],
    ['a function', () => Promise.resolve(service())],
  ])('given as %s signs what is asked', async (_, remote) => {
    const signer = await loadSigner('ed25519', { remote })
    const { bytes } = await signer.sign(MESSAGE)
    expect(ed25519.verify(bytes, MESSAGE, signer.publicKey)).toBe(true)
    expect(inspect(signer)).toMatch(/^\[remote ed25519 signer of [0-9a-f]{64}\]$/)
  })

  it('is the default export of a module that the config names, from the folder of the config', async () => {
    const key = Buffer.from(SEED).toString('hex')
    const source = `
      import { createPrivateKey, createPublicKey, sign } from 'node:crypto'
      const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.from('${key}', 'hex')])
      const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
      const jwk = createPublicKey(privateKey).export({ format: 'jwk' })
      export default {
        scheme: 'ed25519',
        publicKey: Uint8Array.from(Buffer.from(jwk.x, 'base64url')),
        sign: async (bytes) => ({ bytes: Uint8Array.from(sign(null, bytes, privateKey)), recovery: null }),
      }`
    writeFileSync(join(folder, 'signer.mjs'), source)
    const parsed = parseConfig({ venues: [{ use: 'acme', key: { remote: './signer.mjs' } }] }, folder)
    expect(parsed.issues).toEqual([])
    const key0 = parsed.config?.venues[0]?.key
    if (key0 === undefined || key0 === null) throw new Error('no key')
    const signer = await loadSigner('ed25519', key0)
    expect(signer.publicKey).toEqual(ed25519.getPublicKey(SEED))
    expect(ed25519.verify((await signer.sign(MESSAGE)).bytes, MESSAGE, signer.publicKey)).toBe(true)
  })

  it('is left as it is by the config, which is frozen', async () => {
    const stateful = { ...service(), asked: 0 }
    stateful.sign = (bytes) => {
      stateful.asked += 1
      return service().sign(bytes)
    }
    const parsed = parseConfig({ venues: [{ use: 'acme', key: { remote: stateful } }] }, folder)
    const key = parsed.config?.venues[0]?.key
    if (key === undefined || key === null) throw new Error('no key')
    await (await loadSigner('ed25519', key)).sign(MESSAGE)
    expect(stateful.asked).toBe(1)
  })

  it('signs digests with a recovery bit where the scheme has one', async () => {
    const held = holdKey('secp256k1', Uint8Array.from(SEED))
    const remote: Signer = { scheme: 'secp256k1', publicKey: held.publicKey, sign: (digest) => held.sign(digest) }
    const signer = await loadSigner('secp256k1', { remote })
    const digest = new Uint8Array(32).fill(7)
    const { bytes, recovery } = await signer.sign(digest)
    const recovered = secp256k1.recoverPublicKey(Uint8Array.from([recovery ?? 9, ...bytes]), digest, { prehash: false })
    expect(secp256k1.Point.fromBytes(recovered).toBytes(false)).toEqual(signer.publicKey)
  })

  it.each([
    ['of another scheme', service({ scheme: 'secp256k1' }), 'signs with secp256k1'],
    ['without a public key of the right length', service({ publicKey: new Uint8Array(5) }), 'has 5 bytes'],
    ['that cannot be connected', () => Promise.reject(new Error('down')), 'could not be connected'],
    ['that is none', () => ({}) as Signer, 'has no scheme'],
  ])('%s is refused', async (_, remote, message) => {
    await expect(loadSigner('ed25519', { remote })).rejects.toThrow(message)
  })

  it('is not believed when its signature is not one of its key', async () => {
    const other = new Uint8Array(32).fill(9)
    const remote = service({ sign: (bytes) => Promise.resolve({ bytes: ed25519.sign(bytes, other), recovery: null }) })
    const signer = await loadSigner('ed25519', { remote })
    await expect(signer.sign(MESSAGE)).rejects.toThrow('not one of its key')
  })

  it('does not sign after it was disposed of', async () => {
    const signer = await loadSigner('ed25519', { remote: service() })
    signer[Symbol.dispose]()
    await expect(signer.sign(MESSAGE)).rejects.toThrow('disposed')
  })

  it('cannot be a text that is no path: a key that was put there by mistake is not shown', () => {
    const secret = '5KQwrPbwdL6PhXujxW37FSSQZ1JiwsST4cqQzDeyXtP79zkvFD3'
    const { issues } = parseConfig({ venues: [{ use: 'acme', key: { remote: secret } }] }, folder)
    expect(issues).toHaveLength(1)
    expect(JSON.stringify(issues)).not.toContain(secret)
  })
})
