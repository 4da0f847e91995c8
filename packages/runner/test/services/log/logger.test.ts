import { inspect } from 'node:util'
import { base58 } from '@scure/base'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createLogger, generateKey, redact, redactText } from '../../../src/services/index.ts'

function logged(write: (logger: ReturnType<typeof createLogger>) => void, level: 'debug' | 'warn' = 'debug'): string[] {
  const lines: string[] = []
  write(createLogger({ level, pretty: false, stream: { write: (line) => void lines.push(line) } }))
  return lines
}

const bytes = fc.uint8Array({ minLength: 64, maxLength: 64 })
const secret = fc.oneof(
  bytes.map((key) => Buffer.from(key.subarray(0, 32)).toString('hex')),
  bytes.map((key) => `0x${Buffer.from(key.subarray(0, 32)).toString('hex')}`),
  bytes.map((key) => base58.encode(key)).filter((text) => text.length >= 87),
  bytes.map((key) => JSON.stringify([...key])),
  bytes.map((key) => `[${[...key].join(', ')}]`),
)

describe('the log', () => {
  it('never shows a key, wherever in a line it is: message, field, nested field, error or its cause', () => {
    fc.assert(
      fc.property(secret, (key) => {
        const error = new Error(`bad key ${key}`, { cause: new Error(`from ${key}`) })
        const lines = logged((logger) => {
          logger.info(`key is ${key}`)
          logger.info('field', {
            value: key,
            deep: { list: [{ key }] },
            map: new Map([['a', key]]),
            set: new Set([key]),
          })
          logger.error('error', { error, aggregate: new AggregateError([error], key) })
          logger.child({ scope: key }).info('scoped')
        })
        expect(lines).toHaveLength(4)
        for (const line of lines) expect(line).not.toContain(key.replaceAll('"', '\\"'))
      }),
    )
  })

  it('never shows what a field calls a secret', () => {
    const names = [
      'privateKey',
      'PRIVATE_KEY',
      'secretKey',
      'apiKey',
      'api-key',
      'secret',
      'mnemonic',
      'seedPhrase',
      'password',
      'passphrase',
      'authorization',
      'accessToken',
      'cookie',
      'key',
    ]
    const fields = Object.fromEntries(names.map((name) => [name, 'open sesame']))
    const [line = ''] = logged((logger) => logger.info('fields', { fields, list: [fields], key: [1, 2, 3] }))
    expect(line).not.toContain('sesame')
    expect(line).not.toContain('[1,2,3]')
  })

  it('masks passwords in URLs and texts, also unescaped ones', () => {
    const cases = [
      'connect postgres://me:hunter2@db.example:5432/portolan failed',
      'connect postgresql://me:hun@ter/2?hunter2@db.example/portolan',
      'wss://user:hunter2@stream.example/ws',
      'https://rpc.example/?api-key=hunter2&x=1',
      'password=hunter2 host=db',
      '{"privateKey":"hunter2"}',
      'Authorization: Bearer hunter2hunter2',
    ]
    for (const text of cases) {
      expect(redactText(text)).not.toContain('hunter2')
      expect(redactText(text)).not.toContain('ter/2')
    }
    expect(redactText('postgres://me:hunter2@db.example/portolan')).toBe('postgres://me:[redacted]@db.example/portolan')
    expect(redactText('https://host.example:8080/path?x=@me')).toBe('https://host.example:8080/path?x=@me')
  })

  it('shows what people need: addresses, order ids, venue keys, tokens, where a key is kept', () => {
    const fields = {
      address: `0x${'ab'.repeat(20)}`,
      mint: 'So11111111111111111111111111111111111111112',
      cloid: `0x${'cd'.repeat(16)}`,
      token: 'BTC',
      key: 'acme/spot',
      entry: { key: { env: 'ACME_KEY' } },
      seed: 42,
      nested: { when: new Date(0), list: [1, 2, 3] },
    }
    expect(redact(fields)).toEqual({ ...fields, nested: { when: '1970-01-01T00:00:00.000Z', list: [1, 2, 3] } })
  })

  it('survives whatever it is given', () => {
    const circular: Record<string, unknown> = { name: 'x' }
    circular.self = circular
    const hostile = {
      get boom(): string {
        throw new Error('no')
      },
    }
    const lines = logged((logger) =>
      logger.info('odd', {
        circular,
        hostile,
        big: 10n,
        bytes: new Uint8Array(32),
        fn() {},
        symbol: Symbol('x'),
        none: undefined,
      }),
    )
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      circular: { name: 'x', self: '[circular]' },
      hostile: '[unreadable]',
      big: '10',
      bytes: '[32 bytes]',
    })
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(logged((logger) => logger.info('any', { value }))).toHaveLength(1)
      }),
    )
  })

  it('keeps messages of errors, their type, code and cause', () => {
    const error = Object.assign(new TypeError('broken', { cause: new Error('because') }), { code: 'E1' })
    expect(redact(error)).toMatchObject({
      type: 'TypeError',
      message: 'broken',
      code: 'E1',
      cause: { message: 'because' },
    })
  })

  it('writes one JSON line with level, time and message, which no field can overwrite', () => {
    const [line = ''] = logged((logger) =>
      logger.child({ venue: 'acme' }).warn('hello', { level: 'x', msg: 'y', time: 'z', n: 1 }),
    )
    expect(JSON.parse(line)).toMatchObject({
      level: 'warn',
      msg: 'hello',
      venue: 'acme',
      n: 1,
      level_: 'x',
      msg_: 'y',
      time_: 'z',
    })
  })

  it('keeps quiet below its level', () => {
    expect(logged((logger) => logger.info('no'), 'warn')).toEqual([])
  })

  it('writes lines for people when asked to', () => {
    const lines: string[] = []
    const logger = createLogger({ level: 'info', pretty: true, stream: { write: (line) => void lines.push(line) } })
    const key = generateKey('secp256k1')
    logger.info('hello there', { n: 1, key })
    expect(lines.join('')).toContain('hello there')
    expect(inspect(lines)).not.toContain(key.slice(2))
  })
})
