import type { Subscription, VenueEvent } from '@portolan/core'
import { instrumentId } from '@portolan/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SolanaMarketData } from '../../src/market-data/solana-market-data.ts'
import { addressOf, mintAccount, vaultAccount } from './harness/chain-accounts.ts'
import type { MarketContext } from './harness/market-context.ts'
import { marketContext, marketParts, optionsAt } from './harness/market-context.ts'
import { ScriptedServices } from './harness/scripted-services.ts'
import { settle, until } from './harness/until.ts'

const TOKEN = addressOf(1)
const USDC = addressOf(2)
const SOL = addressOf(3)
const BASE = addressOf(10)
const QUOTE = addressOf(11)
const WANTED: readonly Subscription[] = [{ instrument: instrumentId(TOKEN), feed: 'trading' }]

let services: ScriptedServices
let context: MarketContext
let data: SolanaMarketData

const instruments = (source: string) => ({
  quoteMint: USDC,
  instruments: [{ mint: TOKEN, vaults: [QUOTE, BASE], source }],
})

async function begin(options: object = instruments('pool')) {
  context = marketContext(optionsAt(services, options))
  const parts = marketParts(context)
  data = parts.data
  await parts.reader.refresh(new AbortController().signal)
  context.events.length = 0
  data.want(WANTED)
}

/** Lets simulated time pass in steps, with real time between them for the sockets. */
async function pass(ms: number, steps = 10): Promise<void> {
  for (let step = 0; step < steps; step += 1) {
    context.clock.advance(ms / steps)
    await context.answered()
  }
}

/** Time passes until something happens. */
async function passUntil(what: string, condition: () => boolean): Promise<void> {
  for (let step = 0; step < 300 && !condition(); step += 1) await pass(100, 1)
  if (!condition()) throw new Error(`waited in vain: ${what}`)
}

const statuses = () => context.events.flatMap((event) => (event.type === 'feed-status' ? [event.status.kind] : []))
const trades = () => context.events.flatMap((event) => (event.type === 'trades' ? event.trades : []))
const isLive = () => data.stateOf(instrumentId(TOKEN)).kind === 'live'

/** Both vaults change at a slot, as a swap does. */
function swap(base: bigint, quote: bigint, slot = services.slot + 1): void {
  setVaults(base, quote, slot)
  services.notify(BASE, slot)
  services.notify(QUOTE, slot)
}

function setVaults(base: bigint, quote: bigint, slot = services.slot + 1): void {
  services.slot = Math.max(services.slot, slot)
  services.accounts.set(BASE, vaultAccount(TOKEN, base))
  services.accounts.set(QUOTE, vaultAccount(USDC, quote))
}

beforeEach(async () => {
  services = await ScriptedServices.start()
  services.accounts.set(TOKEN, mintAccount({ decimals: 9 }))
  services.accounts.set(USDC, mintAccount({ decimals: 6 }))
  setVaults(1_000n * 10n ** 9n, 2_000n * 10n ** 6n)
})

afterEach(async () => {
  data.stop()
  await services[Symbol.asyncDispose]()
})

describe('a pool as a source', () => {
  it('goes live with the price of its balances, and says what it lives on', async () => {
    await begin()
    await passUntil('live', isLive)
    expect(context.events[0]).toMatchObject({
      type: 'feed-status',
      status: { kind: 'live' },
      source: { kind: 'stream', name: 'pool' },
    })
    expect(trades()).toMatchObject([{ price: '2', quantity: '0', side: null }])
  })

  it('a swap is one print: the price after it, the tokens that moved, who took them', async () => {
    await begin()
    await passUntil('live', isLive)
    swap(800n * 10n ** 9n, 2_500n * 10n ** 6n)
    await until('the swap', () => trades().length === 2)
    expect(trades()[1]).toMatchObject({ price: '3.125', quantity: '200', side: 'buy' })
    swap(1_000n * 10n ** 9n, 2_000n * 10n ** 6n)
    await until('the second', () => trades().length === 3)
    expect(trades()[2]).toMatchObject({ price: '2', quantity: '200', side: 'sell' })
  })

  it('half a swap is never a price', async () => {
    await begin()
    await passUntil('live', isLive)
    const slot = services.slot + 5
    setVaults(500n * 10n ** 9n, 4_000n * 10n ** 6n, slot)
    services.notify(BASE, slot)
    await settle()
    expect(trades()).toHaveLength(1)
    services.notify(QUOTE, slot)
    await until('the whole', () => trades().length === 2)
    expect(trades()[1]).toMatchObject({ price: '8', quantity: '500' })
  })

  it('a half that stays one is completed by reading both', async () => {
    await begin()
    await passUntil('live', isLive)
    const slot = services.slot + 1
    setVaults(500n * 10n ** 9n, 4_000n * 10n ** 6n, slot)
    services.notify(BASE, slot)
    await passUntil('the reading', () => trades().length === 2)
    expect(trades()[1]).toMatchObject({ price: '8', quantity: '500', side: 'buy' })
    services.notify(QUOTE, slot)
    await pass(2_000)
    expect(trades()).toHaveLength(2)
    expect(statuses()).toEqual(['live'])
  })

  it('a notification that comes twice, or late, changes nothing', async () => {
    await begin()
    await passUntil('live', isLive)
    const slot = services.slot + 3
    swap(800n * 10n ** 9n, 2_500n * 10n ** 6n, slot)
    for (const late of [slot, slot, slot - 1]) {
      services.notify(BASE, late, vaultAccount(TOKEN, 1n))
      services.notify(QUOTE, late, vaultAccount(USDC, 10n ** 15n))
    }
    await until('the swap', () => trades().length === 2)
    await pass(2_000)
    expect(trades()).toHaveLength(2)
  })

  it('what cannot be read is never a price, and is made good by a reading', async () => {
    await begin()
    await passUntil('live', isLive)
    const slot = services.slot + 1
    setVaults(800n * 10n ** 9n, 2_500n * 10n ** 6n, slot)
    services.notifyRaw(BASE, { context: { slot }, value: { owner: 'x', data: 'nonsense' } })
    services.notifyRaw(QUOTE, { context: { slot }, value: null })
    services.broadcast('{"half":')
    services.broadcast('<html>')
    services.broadcast('{"method":"accountNotification","params":{"subscription":1e400,"result":null}}')
    await passUntil('the reading', () => trades().length === 2)
    expect(trades()[1]).toMatchObject({ price: '3.125', quantity: '200' })
    expect(context.log.some(({ message }) => message === 'messages were refused')).toBe(true)
  })

  it('balances that are absurd are read before they are believed', async () => {
    await begin()
    await passUntil('live', isLive)
    const slot = services.slot + 1
    services.slot = slot
    services.notify(BASE, slot, vaultAccount(TOKEN, 1n))
    services.notify(QUOTE, slot, vaultAccount(USDC, 2n ** 60n))
    await pass(2_000)
    expect(trades()).toHaveLength(1)
    swap(900n * 10n ** 9n, 2_223n * 10n ** 6n, slot + 1)
    await until('the next swap', () => trades().length === 2)
    expect(trades()[1]).toMatchObject({ price: '2.47', quantity: '100' })
  })

  it('a price that really jumped is told once it was read', async () => {
    await begin()
    await passUntil('live', isLive)
    swap(100n * 10n ** 9n, 20_000n * 10n ** 6n)
    await passUntil('the jump', () => trades().length === 2)
    expect(trades()[1]).toMatchObject({ price: '200', quantity: '900', side: 'buy' })
  })

  it('a change that the stream lost is found, and its time is a gap', async () => {
    await begin()
    await passUntil('live', isLive)
    setVaults(800n * 10n ** 9n, 2_500n * 10n ** 6n)
    for (let second = 0; second < 70; second += 1) {
      services.announceSlot()
      await pass(1_000, 1)
    }
    await passUntil('the mark', () => trades().length === 2)
    expect(trades()[1]).toMatchObject({ price: '3.125', quantity: '0' })
    expect(statuses()).toEqual(['live', 'gap'])
  })
})

describe('a stream that breaks off', () => {
  const broken = async () => {
    services.cut()
    await until('stale', () => statuses().at(-1) === 'stale')
    await passUntil('live again', isLive)
  }

  it('is a gap when something was traded meanwhile', async () => {
    await begin()
    await passUntil('live', isLive)
    setVaults(500n * 10n ** 9n, 4_000n * 10n ** 6n)
    await broken()
    expect(statuses()).toEqual(['live', 'stale', 'reconnected', 'gap', 'live'])
    expect(trades().at(-1)).toMatchObject({ price: '8', quantity: '0' })
  })

  it('is none when the balances are as before', async () => {
    await begin()
    await passUntil('live', isLive)
    await broken()
    expect(statuses()).toEqual(['live', 'stale', 'reconnected', 'live'])
    swap(800n * 10n ** 9n, 2_500n * 10n ** 6n)
    await until('trades again', () => trades().at(-1)?.quantity === '200')
  })

  it('a node that lags behind the stream does not close the hole', async () => {
    await begin()
    await passUntil('live', isLive)
    swap(800n * 10n ** 9n, 2_500n * 10n ** 6n, services.slot + 50)
    await until('the swap', () => trades().length === 2)
    const { slot } = services
    services.slot = slot - 40
    services.cut()
    await until('stale', () => statuses().at(-1) === 'stale')
    await passUntil('watched again', () => services.watched.length === 2)
    await pass(3_000)
    expect(isLive()).toBe(false)
    services.slot = slot + 1
    await passUntil('live', isLive)
  })

  it('a half-open connection is noticed by its silence and given up', async () => {
    await begin()
    await passUntil('live', isLive)
    services.alive = false
    const before = services.connections.length
    await passUntil('stale', () => statuses().at(-1) === 'stale')
    services.alive = true
    await passUntil('another connection', () => services.connections.length > before)
    await passUntil('live', isLive)
    expect(statuses().slice(0, 3)).toEqual(['live', 'stale', 'reconnected'])
  })

  it('a node that announces no slots is given up at once', async () => {
    services.slots = false
    await begin()
    await passUntil('another try', () => services.connections.length > 2)
    expect(context.log).toContainEqual(
      expect.objectContaining({
        fields: expect.objectContaining({ reason: 'it announces no slots: Method not found' }),
      }),
    )
    services.slots = true
    await passUntil('live', isLive)
  })

  it('slots that go back are no sign of life', async () => {
    await begin()
    await passUntil('live', isLive)
    for (let second = 0; second < 14 && isLive(); second += 1) {
      services.broadcast({ method: 'slotNotification', params: { result: { slot: 3 }, subscription: 1 } })
      await pass(1_000, 1)
    }
    expect(statuses()).toContain('stale')
  })
})

describe('a pool that is paired with another token', () => {
  beforeEach(() => {
    services.accounts.set(SOL, mintAccount({ decimals: 9 }))
    services.accounts.set(QUOTE, vaultAccount(SOL, 10n * 10n ** 9n))
  })

  it('is priced by what that one is worth', async () => {
    services.prices = (mints) => ({
      json: mints.includes(SOL) ? { [SOL]: { usdPrice: 150, blockId: 1, decimals: 9 } } : {},
    })
    await begin()
    await passUntil('live', isLive)
    expect(trades()[0]).toMatchObject({ price: '1.5' })
    expect(data.liquidityUsd(instrumentId(TOKEN))).toBe(3000)
  })

  it('has no price while nobody knows that', async () => {
    await begin()
    await pass(30_000, 60)
    expect(isLive()).toBe(false)
    expect(trades()).toEqual([])
  })
})

describe('source auto', () => {
  const priced = (usdPrice: number) => () => ({
    json: { [TOKEN]: { usdPrice, blockId: services.slot, decimals: 9, liquidity: 1e6 } },
  })

  it('lives on polled prices while the pool cannot be watched, and returns to it', async () => {
    services.prices = priced(2)
    services.alive = false
    await begin(instruments('auto'))
    await passUntil('live', isLive)
    expect(data.stateOf(instrumentId(TOKEN))).toMatchObject({
      source: { kind: 'poll', name: 'price', everyMs: 10_000 },
    })
    services.alive = true
    services.cut()
    await passUntil('the pool', () => {
      const state = data.stateOf(instrumentId(TOKEN))
      return state.kind === 'live' && state.source.name === 'pool'
    })
    expect(statuses()).toEqual(['live', 'gap', 'live'])
  })

  it('the pool alone decides while it is live', async () => {
    services.prices = priced(7)
    await begin(instruments('auto'))
    await passUntil('live', isLive)
    for (let second = 0; second < 15; second += 1) {
      services.announceSlot()
      await pass(1_000, 1)
    }
    expect(trades().map(({ price }) => price)).toEqual(['2'])
    expect(data.liquidityUsd(instrumentId(TOKEN))).toBe(1e6)
  })
})

it('two addresses that are no pool of the token give no price', async () => {
  services.accounts.set(QUOTE, vaultAccount(TOKEN, 5n))
  await begin()
  await pass(5_000)
  expect(context.events.filter((event: VenueEvent) => event.type === 'trades')).toEqual([])
  expect(isLive()).toBe(false)
})
