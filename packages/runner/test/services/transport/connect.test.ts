import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import type { ConnectionHandlers } from '@portolan/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { WebSocket } from 'ws'
import { WebSocketServer } from 'ws'
import { createLogger, createTransport } from '../../../src/services/index.ts'

let server: WebSocketServer
let url: string
let accepted: Promise<WebSocket>
let lines: string[]
let transport: ReturnType<typeof createTransport>

beforeEach(async () => {
  lines = []
  transport = createTransport({
    logger: createLogger({ level: 'debug', pretty: false, stream: { write: (line) => void lines.push(line) } }),
    maxPayloadBytes: 1_000,
    handshakeTimeoutMs: 100,
  })
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await once(server, 'listening')
  url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`
  accepted = once(server, 'connection').then(([socket]) => socket as WebSocket)
})

afterEach(async () => {
  transport[Symbol.dispose]()
  for (const client of server.clients) client.terminate()
  await new Promise((resolve) => server.close(resolve))
})

/** Handlers that note what they are told; `ended` resolves with the end. */
function witness(): { handlers: ConnectionHandlers; seen: string[]; ended: Promise<{ code: number; reason: string }> } {
  const seen: string[] = []
  const { promise, resolve } = Promise.withResolvers<{ code: number; reason: string }>()
  return {
    seen,
    ended: promise,
    handlers: {
      onOpen: () => void seen.push('open'),
      onMessage: (text) => void seen.push(text),
      onClose(code, reason) {
        seen.push('close')
        resolve({ code, reason })
      },
    },
  }
}

describe('connect', () => {
  it('opens, exchanges text frames in order and tells the end once', async () => {
    const { handlers, seen, ended } = witness()
    const connection = transport.connect(url, handlers)
    const peer = await accepted
    peer.on('message', (data: Buffer) => peer.send(`echo ${data.toString()}`))
    peer.send('welcome')
    await expect.poll(() => seen).toEqual(['open', 'welcome'])
    connection.send('a')
    connection.send('b')
    await expect.poll(() => seen.length).toBe(4)
    peer.close(4001, 'unknown coin')
    expect(await ended).toEqual({ code: 4001, reason: 'unknown coin' })
    expect(seen).toEqual(['open', 'welcome', 'echo a', 'echo b', 'close'])
    expect(() => connection.send('late')).toThrow('nothing was sent')
  })

  it('throws on sending before it is open: nothing was sent', () => {
    const connection = transport.connect(url, witness().handlers)
    expect(() => connection.send('early')).toThrow('nothing was sent')
  })

  it.each(['not a url', 'ftp://127.0.0.1/', 'ws://127.0.0.1:1'])(
    'never throws for %s: the end is told, once',
    async (target) => {
      const { handlers, seen, ended } = witness()
      const connection = transport.connect(target, handlers)
      expect(seen).toEqual([])
      expect((await ended).code).toBe(1006)
      connection.close()
      connection.terminate()
      expect(seen).toEqual(['close'])
    },
  )

  it('gives up on a server that accepts but never shakes hands', async () => {
    const mute = createServer(() => {}).listen(0, '127.0.0.1')
    await once(mute, 'listening')
    const { handlers, ended } = witness()
    transport.connect(`ws://127.0.0.1:${(mute.address() as AddressInfo).port}`, handlers)
    expect(await ended).toMatchObject({ code: 1006, reason: expect.stringContaining('handshake') })
    mute.close()
  })

  it.each([
    ['a binary frame', Buffer.from([1, 2, 3]), 1003],
    ['a message that is too large', 'x'.repeat(2_000), 1006],
  ])('ends the connection on %s', async (_, payload, code) => {
    const { handlers, seen, ended } = witness()
    transport.connect(url, handlers)
    const peer = await accepted
    peer.send(payload)
    const end = await ended
    expect(end.code).toBe(code)
    expect(end.reason).not.toBe('')
    expect(seen).toEqual(['open', 'close'])
  })

  it('survives an adapter that throws: it is logged and the connection ends', async () => {
    const { handlers, ended } = witness()
    transport.connect(url, {
      ...handlers,
      onMessage() {
        throw new Error('cannot parse')
      },
    })
    const peer = await accepted
    peer.send('something')
    await ended
    expect(lines.join('')).toContain('cannot parse')
  })

  it('ends what is still open when it is disposed, and opens nothing more', async () => {
    const first = witness()
    transport.connect(url, first.handlers)
    await accepted
    await expect.poll(() => first.seen).toEqual(['open'])
    transport[Symbol.dispose]()
    expect((await first.ended).code).toBe(1006)
    const second = witness()
    transport.connect(url, second.handlers)
    expect(await second.ended).toMatchObject({ reason: 'the venue has been stopped' })
  })
})
