import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createFetch } from '../../../src/services/index.ts'

let answer: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>
let url: string
const ports = new Set<number>()
const server = createServer((request, response) => {
  ports.add(request.socket.remotePort ?? 0)
  void answer(request, response)
})
const fetch = createFetch()
const post = (init: RequestInit = {}) =>
  fetch(`${url}/exchange`, {
    method: 'POST',
    body: '{"a":"ü"}',
    headers: { 'content-type': 'application/json' },
    redirect: 'error',
    ...init,
  })

beforeEach(async () => {
  ports.clear()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

describe('what is posted to a venue', () => {
  it('arrives byte for byte, over one connection, and the answer comes back whole', async () => {
    const seen: unknown[] = []
    answer = async (request, response) => {
      seen.push([request.method, request.url, request.headers['content-type'], await text(request)])
      response.writeHead(429, { 'retry-after': '7' }).end('{"é":1}')
    }
    for (let turn = 0; turn < 3; turn += 1) {
      const response = await post()
      expect([response.status, response.ok, response.headers.get('retry-after')]).toEqual([429, false, '7'])
      expect(await response.json()).toEqual({ é: 1 })
    }
    expect(seen).toEqual(Array.from({ length: 3 }, () => ['POST', '/exchange', 'application/json', '{"a":"ü"}']))
    expect(ports.size).toBe(1)
  })

  it('never follows a redirect', async () => {
    const paths: unknown[] = []
    answer = (request, response) => {
      paths.push(request.url)
      response.writeHead(307, { location: '/elsewhere' }).end()
    }
    await expect(post()).rejects.toMatchObject({ cause: { message: expect.stringContaining('redirect (307)') } })
    expect(paths).toEqual(['/exchange'])
  })

  it('takes an answer that was cut off for none', async () => {
    answer = (_request, response) => {
      response.writeHead(200, { 'content-length': '100' })
      response.write('{"status":"ok"', () => response.destroy())
    }
    await expect(post()).rejects.toThrow('fetch failed')
  })

  it('fails when nobody listens, and tells why', async () => {
    const gone = createServer().listen(0, '127.0.0.1')
    await once(gone, 'listening')
    const { port } = gone.address() as AddressInfo
    await new Promise((resolve) => gone.close(resolve))
    const failure = fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: '' })
    await expect(failure).rejects.toMatchObject({ cause: { message: expect.stringContaining('ECONNREFUSED') } })
  })

  it("ends with its caller's reason, before and while the answer is waited for", async () => {
    const asked = Promise.withResolvers<void>()
    answer = () => asked.resolve()
    const why = new Error('the caller gave up')
    await expect(post({ signal: AbortSignal.abort(why) })).rejects.toBe(why)
    const waiting = new AbortController()
    const pending = post({ signal: waiting.signal })
    await asked.promise
    waiting.abort(why)
    await expect(pending).rejects.toBe(why)
  })

  it('leaves everything else to Node', async () => {
    answer = (request, response) => void response.end(`${request.method} ${request.url}`)
    expect(await (await fetch(`${url}/quote?a=1`)).text()).toBe('GET /quote?a=1')
    expect(await (await fetch(new Request(`${url}/x`, { method: 'POST', body: 'b' }))).text()).toBe('POST /x')
  })
})

async function text(request: IncomingMessage): Promise<string> {
  return Buffer.concat(await request.toArray()).toString('utf8')
}
