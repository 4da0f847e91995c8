import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { JupiterClient } from '../../src/jupiter/jupiter-client.ts'
import { jupiterOptions } from '../../src/jupiter/jupiter-options.ts'
import { ScriptedHttp } from '../harness/scripted-http.ts'

const SECRET = 'jup_a_key_that_nobody_may_see'
const call = { signal: new AbortController().signal }
const shape = z.object({ ok: z.boolean() })

function client(reply: () => Response | 'broken' | 'hang') {
  const server = new ScriptedHttp()
  server.answer = reply
  const { http, clock, logger } = server
  const budget = server.budget()
  const executeBudget = server.budget()
  const options = jupiterOptions.parse({ url: 'https://jupiter.example/', apiKey: SECRET })
  const jupiter = new JupiterClient({ http, options, budget, executeBudget, clock, logger, timeoutMs: 5_000 })
  return { server, jupiter, budget, executeBudget }
}

const ask = ({ server, jupiter }: ReturnType<typeof client>) =>
  server.run(jupiter.get('/swap/v2/build', { amount: '5', taker: undefined }, shape, call))

describe('Jupiter', () => {
  it('is asked with the key in a header, and only with what is given', async () => {
    const asked = client(() => Response.json({ ok: true }))
    expect(await ask(asked)).toEqual({ ok: true })
    const [request] = asked.server.requests
    expect(request?.url).toBe('https://jupiter.example/swap/v2/build?amount=5')
    expect(request?.headers.get('x-api-key')).toBe(SECRET)
    expect(asked.budget.taken).toBe(1)
  })

  it.each([
    ['429', new Response('Too many requests', { status: 429 }), 'rate-limited', /Too many requests/],
    [
      '401',
      new Response('{"code":401,"message":"Unauthorized"}', { status: 401 }),
      'not-authorised',
      /jupiter\.apiKey/,
    ],
    ['403', new Response('Request blocked by firewall', { status: 403 }), 'not-authorised', /firewall/],
    ['502', new Response('bad gateway', { status: 502 }), 'unavailable', /502/],
    ['no quotes', Response.json({ error: 'Failed to get quotes' }, { status: 400 }), 'refused', /^no-liquidity/],
    [
      'no route',
      Response.json({ errorCode: 'NO_ROUTES_FOUND', error: 'No routes' }, { status: 400 }),
      'refused',
      /^no-liq/,
    ],
    [
      'a token that is not traded',
      Response.json({ errorCode: 'TOKEN_NOT_TRADABLE', error: 'x' }, { status: 400 }),
      'refused',
      /^instrument/,
    ],
    ['another shape', Response.json({ ok: 'yes' }), 'malformed-answer', /ok/],
    ['what is no JSON', new Response('<html>'), 'malformed-answer', /not JSON/],
  ])('%s is told as what it is, without the key', async (_, response, code, message) => {
    const asked = client(() => response)
    const error: unknown = await ask(asked).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) })
    expect(JSON.stringify([error, asked.server.lines])).not.toContain(SECRET)
    expect(asked.server.requests).toHaveLength(1)
  })

  it('an answer that does not come in time is a timeout', async () => {
    await expect(ask(client(() => 'hang'))).rejects.toMatchObject({ code: 'timeout' })
  })

  it.each([
    ['a 429 with Retry-After', () => new Response('', { status: 429, headers: { 'retry-after': '20' } }), 20_000],
    ['a 429 without one', () => new Response('', { status: 429 }), 10_000],
    [
      'a window that is used up',
      (reset: number) =>
        Response.json({ ok: true }, { headers: { 'x-ratelimit-remaining': '-2', 'x-ratelimit-reset': String(reset) } }),
      15_000,
    ],
  ])('%s pauses the budget', async (_, reply, pauseMs) => {
    const asked = client(() => reply(Math.ceil(asked.server.clock.now() / 1000) + 15))
    const before = asked.server.clock.now()
    await ask(asked).catch(() => undefined)
    expect(asked.budget.pausedUntil - before).toBe(pauseMs)
    expect(asked.executeBudget.pausedUntil).toBe(0)
  })
})
