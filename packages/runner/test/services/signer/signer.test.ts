import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { ed25519 } from '@noble/curves/ed25519.js'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { base58 } from '@scure/base'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  createLogger,
  ensureKeyFile,
  generateKey,
  holdKey,
  loadSigner,
  parseKeyText,
} from '../../../src/services/index.ts'

const SECP_HEX = '4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318'
const SEED = Uint8Array.from({ length: 32 }, (_, index) => index + 1)
const PAIR = Uint8Array.from([...SEED, ...ed25519.getPublicKey(SEED)])
const DIGEST = new Uint8Array(32).fill(7)

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'portolan-signer-'))
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

describe('secp256k1', () => {
  it('signs digests with a key from the environment; signature and recovery bit lead back to the public key', async () => {
    const signer = await loadSigner('secp256k1', { env: 'KEY' }, { KEY: `0x${SECP_HEX}\n` })
    const { bytes, recovery } = await signer.sign(DIGEST)
    expect(bytes).toHaveLength(64)
    expect(signer.publicKey).toHaveLength(65)
    const recovered = secp256k1.recoverPublicKey(Uint8Array.from([recovery ?? 9, ...bytes]), DIGEST, { prehash: false })
    expect(secp256k1.Point.fromBytes(recovered).toBytes(false)).toEqual(signer.publicKey)
    expect((await signer.sign(DIGEST)).bytes).toEqual(bytes)
  })

  it('refuses anything but a digest of 32 bytes', async () => {
    const signer = holdKey('secp256k1', parseKeyText('secp256k1', SECP_HEX, 'a test'))
    await expect(signer.sign(new Uint8Array(31))).rejects.toThrow(RangeError)
  })
})

describe('ed25519', () => {
  it.each([
    ['base58 of 64 bytes', base58.encode(PAIR)],
    ['a JSON array of 64 numbers', JSON.stringify([...PAIR])],
    ['a seed in hex', Buffer.from(SEED).toString('hex')],
    ['a seed in base58', base58.encode(SEED)],
    ['a seed as JSON', JSON.stringify([...SEED])],
  ])('reads %s', async (_, text) => {
    const signer = await loadSigner('ed25519', { env: 'KEY' }, { KEY: text })
    const message = new TextEncoder().encode('portolan')
    const { bytes, recovery } = await signer.sign(message)
    expect(recovery).toBeNull()
    expect(signer.publicKey).toEqual(ed25519.getPublicKey(SEED))
    expect(ed25519.verify(bytes, message, signer.publicKey)).toBe(true)
  })

  it('refuses a pair whose halves do not belong together', () => {
    const wrong = PAIR.slice()
    wrong.set([1, 2, 3], 40)
    expect(() => parseKeyText('ed25519', base58.encode(wrong), 'a test')).toThrow('public half')
  })
})

describe('secrecy', () => {
  it.each(['secp256k1', 'ed25519'] as const)(
    'a %s signer shows its public key and never its key, however it is printed',
    async (scheme) => {
      const key = scheme === 'secp256k1' ? Uint8Array.from(Buffer.from(SECP_HEX, 'hex')) : SEED.slice()
      const secrets = [Buffer.from(key).toString('hex'), base58.encode(key), [...key].join(','), [...key].join(', ')]
      const signer = holdKey(scheme, key)
      const lines: string[] = []
      createLogger({ level: 'debug', pretty: false, stream: { write: (line) => void lines.push(line) } }).info(
        'signer',
        { signer },
      )
      const prints = [
        inspect(signer, { depth: 10, showHidden: true }),
        JSON.stringify(signer),
        String.prototype.concat('', signer as unknown as string),
        JSON.stringify({ ...signer }),
        Object.getOwnPropertyNames(signer).join(),
        ...lines,
      ]
      for (const print of prints) {
        for (const secret of secrets) expect(print).not.toContain(secret)
      }
      expect(inspect(signer)).toContain(Buffer.from(signer.publicKey).toString('hex'))
    },
  )

  it('zeroes the buffer it was given, and signs no more once disposed of', async () => {
    const key = SEED.slice()
    const signer = holdKey('ed25519', key)
    expect([...key].every((byte) => byte === 0)).toBe(true)
    signer[Symbol.dispose]()
    await expect(signer.sign(DIGEST)).rejects.toThrow('disposed')
  })

  it('hands out copies of the public key', () => {
    const signer = holdKey('ed25519', SEED.slice())
    signer.publicKey.fill(0)
    expect(signer.publicKey).toEqual(ed25519.getPublicKey(SEED))
  })

  it('refuses texts that are no keys without repeating them, naming where they come from', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('secp256k1' as const, 'ed25519' as const),
        fc.string({ minLength: 12, maxLength: 100 }),
        (scheme, text) => {
          let message = ''
          try {
            parseKeyText(scheme, text, 'environment variable KEY')
          } catch (error) {
            message = inspect(error, { depth: 10 })
          }
          fc.pre(message !== '')
          expect(message).toContain(`environment variable KEY is not a ${scheme} key`)
          expect(message.split('\n')[0]).not.toContain(text)
        },
      ),
    )
    expect(() => parseKeyText('secp256k1', '0'.repeat(64), 'x')).toThrow('outside the range')
    expect(() => parseKeyText('secp256k1', `${SECP_HEX}ff`, 'x')).toThrow('64 hex digits')
    expect(() => parseKeyText('ed25519', '[1,2,300]', 'x')).toThrow('expected')
    expect(() => parseKeyText('ed25519', '{}', 'x')).toThrow('expected')
  })

  it('names an environment variable that is not set', async () => {
    await expect(loadSigner('ed25519', { env: 'NO_KEY' }, {})).rejects.toMatchObject({
      code: 'key-missing',
      message: expect.stringContaining('NO_KEY'),
    })
    await expect(loadSigner('ed25519', { env: 'NO_KEY' }, { NO_KEY: ' ' })).rejects.toMatchObject({
      code: 'key-missing',
    })
  })
})

describe('key files', () => {
  it('reads a file that only its owner can read', async () => {
    const path = join(folder, 'owner.key')
    writeFileSync(path, `${SECP_HEX}\n`, { mode: 0o600 })
    const signer = await loadSigner('secp256k1', { file: path })
    expect(Buffer.from(signer.publicKey)).toEqual(
      Buffer.from(secp256k1.getPublicKey(Buffer.from(SECP_HEX, 'hex'), false)),
    )
  })

  it.runIf(process.platform !== 'win32').each([0o640, 0o604, 0o660, 0o620, 0o644])(
    'refuses one with mode %i: others may touch it',
    async (mode) => {
      const path = join(folder, `mode-${mode}.key`)
      writeFileSync(path, SECP_HEX)
      chmodSync(path, mode)
      await expect(loadSigner('secp256k1', { file: path })).rejects.toMatchObject({
        code: 'key-unreadable',
        message: expect.stringMatching(new RegExp(`${mode.toString(8)}.*chmod 600`)),
      })
    },
  )

  it('refuses a missing file, a folder and a file that is too long, naming them', async () => {
    const long = join(folder, 'long.key')
    writeFileSync(long, 'a'.repeat(5_000), { mode: 0o600 })
    await expect(loadSigner('secp256k1', { file: join(folder, 'none.key') })).rejects.toThrow('none.key')
    await expect(loadSigner('secp256k1', { file: folder })).rejects.toThrow('not a file')
    await expect(loadSigner('secp256k1', { file: long })).rejects.toThrow('5000 bytes')
  })

  it.each(['secp256k1', 'ed25519'] as const)('makes a throwaway %s key once and keeps it', async (scheme) => {
    const path = join(folder, 'new', `${scheme}.key`)
    expect(await ensureKeyFile(path, scheme)).toBe(true)
    const text = readFileSync(path, 'utf8')
    expect(await ensureKeyFile(path, scheme)).toBe(false)
    expect(readFileSync(path, 'utf8')).toBe(text)
    const others = process.platform === 'win32' ? 0 : statSync(path).mode & 0o077
    expect(others).toBe(0)
    expect((await loadSigner(scheme, { file: path })).scheme).toBe(scheme)
  })

  it('makes keys that differ', () => {
    expect(generateKey('secp256k1')).not.toBe(generateKey('secp256k1'))
    expect(generateKey('ed25519')).not.toBe(generateKey('ed25519'))
  })
})
