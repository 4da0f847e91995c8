import { instrumentId } from '@portolan/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SolanaMarketData } from '../../src/market-data/solana-market-data.ts'
import { addressOf, mintAccount } from './harness/chain-accounts.ts'
import type { MarketContext } from './harness/market-context.ts'
import { marketContext, marketParts, optionsAt } from './harness/market-context.ts'
import type { Reply } from './harness/scripted-services.ts'
import { ScriptedServices } from './harness/scripted-services.ts'
import { settle, until } from './harness/until.ts'

const USDC = addressOf(2)
const MINTS = Array.from({ length: 70 }, (_, index) => addressOf(1000 + index))
const [A = addressOf(0), B = addressOf(0)] = MINTS

let services: ScriptedServices
let context: MarketContext
let data: SolanaMarketData
let quoted: Map<string, object>

async function begin(mints: readonly string[], options: object = {}) {
  context = marketContext(
    optionsAt(services, { quoteMint: USDC, instruments: MINTS.map((mint) => ({ mint, source: 'price' })), ...options }),
  )
  const parts = marketParts(context)
  data = parts.data
  await parts.reader.refresh(new AbortController().signal)
  services.requests.length = 0
  want(mints)
}

const want = (mints: readonly string[]) =>
  data.want(mints.map((mint) => ({ instrument: instrumentId(mint), feed: 'trading' })))

async function pass(ms: number): Promise<void> {
  for (let step = 0; step < 10; step += 1) {
    context.clock.advance(ms / 10)
    await context.answered()
  }
}

const statuses = (mint: string) =>
  context.events.flatMap((event) => (event.type === 'feed-status' && event.instrument === mint ? [event.status] : []))
const trades = (mint: string) =>
  context.events.flatMap((event) => (event.type === 'trades' && event.instrument === mint ? event.trades : []))
const price = (usdPrice: number, blockId: number, liquidity = 1e6) => ({ usdPrice, blockId, decimals: 6, liquidity })
const polls = () => services.requests.filter((path) => path.startsWith('/price/v3'))
const stateOf = (mint: string) => data.stateOf(instrumentId(mint))

beforeEach(async () => {
  services = await ScriptedServices.start()
  services.accounts.set(USDC, mintAccount())
  for (const mint of MINTS) services.accounts.set(mint, mintAccount())
  quoted = new Map()
  services.prices = (mints) => ({
    json: Object.fromEntries(mints.flatMap((mint) => (quoted.has(mint) ? [[mint, quoted.get(mint)]] : []))),
  })
})

afterEach(async () => {
  data.stop()
  await services[Symbol.asyncDispose]()
})

describe('polled prices', () => {
  it('are marks without a quantity, one for each price that is new', async () => {
    quoted.set(A, price(2, 10))
    await begin([A, B])
    await until('live', () => stateOf(A).kind === 'live')
    expect(context.events.slice(0, 2)).toMatchObject([
      { type: 'feed-status', status: { kind: 'live' }, source: { kind: 'poll', name: 'price', everyMs: 10_000 } },
      { type: 'trades', trades: [{ price: '2', quantity: '0', side: null }] },
    ])
    await pass(20_000)
    expect(trades(A)).toHaveLength(1)
    quoted.set(A, price(2.5, 11))
    await pass(10_000)
    quoted.set(A, price(2, 12))
    await pass(10_000)
    expect(trades(A).map((trade) => trade.price)).toEqual(['2', '2.5', '2'])
    expect(new Set(trades(A).map(({ id }) => id)).size).toBe(3)
    expect(statuses(A)).toHaveLength(1)
  })

  it('of a mint that the service leaves out never begin, and end when they stop coming', async () => {
    quoted.set(A, price(2, 10))
    await begin([A, B])
    await until('live', () => stateOf(A).kind === 'live')
    expect(stateOf(B).kind).toBe('waiting')
    quoted.clear()
    await pass(60_000)
    expect(statuses(A).at(-1)?.kind).toBe('stale')
    quoted.set(A, price(2.1, 15))
    await pass(20_000)
    expect(statuses(A).map(({ kind }) => kind)).toEqual(['live', 'stale', 'reconnected', 'gap', 'live'])
    const [, stale, , gap] = statuses(A)
    expect(gap).toMatchObject({ from: stale?.kind === 'stale' ? stale.since : null })
  })

  it.each<[string, Reply]>([
    ['HTML', { text: '<html>busy</html>' }],
    ['half a JSON', { text: '{"a":{"usdPrice":1' }],
    ['a list', { json: [] }],
    ['null', { json: null }],
    ['a failure', { text: 'bad gateway', status: 502 }],
    ['no connection', 'reset'],
    ['a giant', { text: `"${'x'.repeat(9_000_000)}"` }],
  ])('%s is no price, and the next one counts', async (_, reply) => {
    const good = services.prices
    services.prices = () => reply
    await begin([A])
    await until('asked', () => polls().length > 0)
    await settle()
    expect(context.events).toEqual([])
    services.prices = good
    quoted.set(A, price(2, 10))
    for (let round = 0; round < 40 && stateOf(A).kind !== 'live'; round += 1) await pass(1_000)
    expect(trades(A).map((trade) => trade.price)).toEqual(['2'])
    expect(context.log.some(({ message }) => message === 'messages were refused')).toBe(true)
    expect(data.refused).toBeGreaterThan(0)
  })

  it('are asked for 50 at a time, and less often when the budget is small', async () => {
    for (const mint of MINTS) quoted.set(mint, price(1, 1))
    await begin(MINTS)
    await until('all', () => MINTS.every((mint) => stateOf(mint).kind === 'live'))
    expect(polls().map((path) => path.split(',').length)).toEqual([50, 20])
    // Two requests a round, half of the 24 a minute that are not kept for exits.
    expect(stateOf(A)).toMatchObject({ source: { everyMs: 10_000 } })
    await pass(9_000)
    expect(polls()).toHaveLength(2)
  })

  it('wait as long as a 429 says', async () => {
    let limited = true
    const good = services.prices
    quoted.set(A, price(2, 10))
    services.prices = (mints) =>
      limited ? { text: 'slow down', status: 429, headers: { 'retry-after': '30' } } : good(mints)
    await begin([A])
    await until('asked', () => polls().length === 1)
    limited = false
    await pass(29_000)
    expect(polls()).toHaveLength(1)
    await pass(2_000)
    await until('live', () => stateOf(A).kind === 'live')
  })

  it('a key is sent in its header and stands in no log', async () => {
    quoted.set(A, price(2, 10))
    await begin([A], { jupiter: { url: services.url, apiKey: 'jup_topsecret' } })
    await until('live', () => stateOf(A).kind === 'live')
    services.prices = () => ({ text: 'no', status: 401 })
    await pass(60_000)
    expect(JSON.stringify(context.log)).not.toContain('topsecret')
  })

  it('what nobody wants any more is not asked for', async () => {
    quoted.set(A, price(2, 10))
    quoted.set(B, price(3, 10))
    await begin([A, B])
    await until('live', () => stateOf(B).kind === 'live')
    want([B])
    expect(stateOf(A).kind).toBe('unwanted')
    await pass(11_000)
    expect(polls().at(-1)).not.toContain(A)
  })

  it('tell how deep the market is', async () => {
    quoted.set(A, price(2, 10, 1234))
    await begin([A, B])
    await until('live', () => stateOf(A).kind === 'live')
    expect(data.liquidityUsd(instrumentId(A))).toBe(1234)
    expect(data.liquidityUsd(instrumentId(B))).toBeNull()
  })
})
