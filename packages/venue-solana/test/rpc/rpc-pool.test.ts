import { VenueError } from '@portolan/core'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { RpcEndpoint } from '../../src/rpc/rpc-endpoint.ts'
import { RpcError } from '../../src/rpc/rpc-error.ts'
import { rpcOptions } from '../../src/rpc/rpc-options.ts'
import { RpcPool } from '../../src/rpc/rpc-pool.ts'
import { u64 } from '../../src/rpc/rpc-shapes.ts'
import type { Reply } from '../harness/scripted-http.ts'
import { result, rpcError, ScriptedHttp } from '../harness/scripted-http.ts'

const SECRET = 'a-key-that-nobody-may-see'
const FIRST = `https://first.example/v2/${SECRET}?api-key=${SECRET}`
const SECOND = `https://second.example/${SECRET}`
const call = { signal: new AbortController().signal }
const question = { method: 'getSlot', params: [], shape: z.number() }

function pool(script: (host: string) => Reply, more: readonly object[] = []) {
  const server = new ScriptedHttp()
  server.answer = (url) => script(new URL(url).host.split('.')[0] ?? '')
  const { http, clock, logger } = server
  const options = rpcOptions.parse([{ url: FIRST, headers: { 'x-token': SECRET } }, { url: SECOND }, ...more])
  const endpoints = options.map(
    (one) => new RpcEndpoint({ options: one, http, budget: server.budget(), clock, logger, timeoutMs: 10_000 }),
  )
  return { server, endpoints, pool: new RpcPool(endpoints, clock, logger) }
}

const hosts = (server: ScriptedHttp) => server.requests.map(({ url }) => new URL(url).host.split('.')[0])

describe('several endpoints', () => {
  it.each<[string, () => Reply]>([
    ['cannot be reached', () => 'broken'],
    ['does not answer in time', () => 'hang'],
    ['answers 503', () => new Response('upstream', { status: 503 })],
    ['answers 403', () => new Response('blocked', { status: 403 })],
    ['answers 429', () => new Response('', { status: 429, headers: { 'retry-after': '7' } })],
    ['answers what is no JSON', () => new Response('<html>')],
    ['answers another shape', () => result('not a number')],
    ['is behind', () => rpcError(-32_005, 'Node is behind by 200 slots')],
    ['has not reached the slot', () => rpcError(-32_016, 'Minimum context slot has not been reached')],
    ['does not have the method', () => rpcError(-32_601, 'Method not found')],
  ])('the next one answers when the first %s', async (_, reply) => {
    const { server, pool: rpc } = pool((host) => (host === 'first' ? reply() : result(42)))
    expect(await server.run(rpc.ask(question, call))).toBe(42)
    expect(hosts(server)).toEqual(['first', 'second'])
    // The one that failed is asked last from now on, and first again after a while.
    expect(await server.run(rpc.ask(question, call))).toBe(42)
    expect(hosts(server).slice(2)).toEqual(['second'])
    server.clock.advance(120_000)
    await server.run(rpc.ask(question, call))
    expect(hosts(server).slice(3)).toEqual(['first', 'second'])
  })

  it('a clear refusal is an answer: nobody else is asked', async () => {
    const { server, pool: rpc } = pool(() => rpcError(-32_602, 'Invalid param: WrongSize'))
    const error: unknown = await server.run(rpc.ask(question, call)).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(RpcError)
    expect(error).toMatchObject({ code: 'refused', rpcCode: -32_602 })
    expect(hosts(server)).toEqual(['first'])
  })

  it('all that fail are asked once more, then it is said', async () => {
    const { server, pool: rpc } = pool(() => 'broken')
    await expect(server.run(rpc.ask(question, call))).rejects.toMatchObject({ code: 'unavailable' })
    expect(hosts(server)).toEqual(['first', 'second', 'first', 'second'])
  })

  it('a 429 pauses that endpoint for as long as it says', async () => {
    const busy = () => new Response('', { status: 429, headers: { 'retry-after': '30' } })
    const { server, endpoints, pool: rpc } = pool((host) => (host === 'first' ? busy() : result(1)))
    await server.run(rpc.ask(question, call))
    const [first] = endpoints
    server.clock.advance(29_000)
    expect(first?.isUp(server.clock.now())).toBe(false)
    server.clock.advance(2_000)
    expect(first?.isUp(server.clock.now())).toBe(true)
    expect(first?.rank(server.clock.now())).toBe(0)
  })

  it('one whose budget is used up is asked last', async () => {
    const server = new ScriptedHttp()
    server.answer = () => result(1)
    const { http, clock, logger } = server
    const endpoints = rpcOptions.parse([{ url: FIRST }, { url: SECOND }]).map((options, index) => {
      const budget = server.budget(index === 0 ? 2 : 1_000)
      return new RpcEndpoint({ options, http, budget, clock, logger, timeoutMs: 10_000 })
    })
    const rpc = new RpcPool(endpoints, clock, logger)
    for (let asked = 0; asked < 4; asked += 1) await server.run(rpc.ask(question, call))
    expect(hosts(server)).toEqual(['first', 'first', 'second', 'second'])
    expect(endpoints[0]?.isUp(clock.now())).toBe(true)
  })

  it('one that only sends is never asked', async () => {
    const { server, pool: rpc } = pool(() => 'broken', [{ url: 'https://third.example', sendOnly: true }])
    await server.run(rpc.ask(question, call)).catch(() => undefined)
    expect(hosts(server)).not.toContain('third')
    expect(rpc.senders.map(({ host }) => host)).toContain('third.example')
  })

  it('keys in addresses and headers are sent, and never shown', async () => {
    for (const reply of ['broken', 'hang'] as const) {
      const { server, pool: rpc } = pool(() => reply)
      const error: unknown = await server.run(rpc.ask(question, call)).catch((reason: unknown) => reason)
      if (!(error instanceof VenueError)) throw new Error('no error')
      expect(`${error.message} ${error.stack ?? ''} ${String(error.cause)} ${JSON.stringify(error)}`).not.toContain(
        SECRET,
      )
      expect(server.lines.join('\n')).not.toContain(SECRET)
      expect(server.lines.length).toBeGreaterThan(0)
      expect(server.requests[0]?.headers.get('x-token')).toBe(SECRET)
    }
  })
})

it('whole numbers beyond 2^53 are not rounded', async () => {
  const { server, pool: rpc } = pool(() => new Response('{"jsonrpc":"2.0","id":1,"result":18446744073709551615}'))
  expect(await server.run(rpc.ask({ ...question, shape: u64 }, call))).toBe(18_446_744_073_709_551_615n)
})

it('options without an endpoint that answers, or that keep everything for exits, are refused', () => {
  expect(rpcOptions.safeParse([{ url: FIRST, sendOnly: true }]).success).toBe(false)
  expect(rpcOptions.safeParse([{ url: FIRST, requestsPer10s: 5, exitReserve: 5 }]).success).toBe(false)
})
