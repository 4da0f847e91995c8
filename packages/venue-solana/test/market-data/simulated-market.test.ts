import { instrumentId, TIMEFRAME_MS, toNumber } from '@portolan/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SimulatedChain, SimulatorOptionsInput } from '../../src/simulator/index.ts'
import { createSimulatedChain } from '../../src/simulator/index.ts'
import { ManualClock } from './harness/manual-clock.ts'
import type { MarketContext } from './harness/market-context.ts'
import { marketContext, marketParts } from './harness/market-context.ts'

const MINUTE = 60_000

let chain: SimulatedChain
let context: MarketContext
let parts: ReturnType<typeof marketParts>

/** Lets time pass in small steps, with room for answers in between. */
async function pass(ms: number, stepMs = 400): Promise<void> {
  for (let gone = 0; gone < ms; gone += stepMs) {
    context.clock.advance(stepMs)
    for (let turn = 0; turn < 5; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve))
  }
}

const symbols = () => parts.book.all().map(({ base }) => base)
const idOf = (symbol: string) => parts.book.all().find(({ base }) => base === symbol)?.id ?? instrumentId('?')
const tradesOf = (symbol: string) =>
  context.events.flatMap((event) => (event.type === 'trades' && event.instrument === idOf(symbol) ? event.trades : []))
const sourceOf = (symbol: string) => {
  const state = parts.data.stateOf(idOf(symbol))
  return state.kind === 'live' ? state.source.name : state.kind
}

async function begin(options: object = {}, world: SimulatorOptionsInput = {}) {
  const clock = new ManualClock()
  chain = createSimulatedChain({ options: { seed: 7, limits: 'off', ...world }, clock })
  context = {
    ...marketContext({ ...chain.venueOptions, ...options }, clock),
    fetch: chain.fetch as typeof fetch,
    connect: chain.connect,
  }
  parts = marketParts(context)
  await settled(parts.reader.refresh(new AbortController().signal))
  parts.data.want(parts.book.all().map(({ id }) => ({ instrument: id, feed: 'trading' })))
}

/** Time passes until a promise is settled. */
async function settled<T>(promise: Promise<T>): Promise<T> {
  let done = false
  const end = promise.finally(() => {
    done = true
  })
  end.catch(() => undefined)
  for (let step = 0; step < 500 && !done; step += 1) await pass(50, 50)
  return end
}

beforeEach(async () => {
  await begin()
})

afterEach(() => {
  parts.data.stop()
  chain[Symbol.dispose]()
})

describe('on the simulated chain', () => {
  it('every token is read from its mint', () => {
    expect(symbols()).toContain('SOL')
    expect(parts.book.token(idOf('FRIGATE'))?.facts.freezeAuthority).not.toBeNull()
    expect(parts.book.token(idOf('HELM'))?.facts.mintAuthority).not.toBeNull()
    expect(parts.book.token(idOf('ENSIGN'))?.facts.extensions.transferFeeBps).toBe(100)
    expect(parts.book.get(idOf('BRISA'))?.sizing.quantityStep).toBe('0.00001')
  })

  it('all pools go live, and swaps are prints near the price that Jupiter tells', async () => {
    await pass(20_000)
    expect(symbols().map(sourceOf)).toEqual(symbols().map(() => 'pool'))
    await pass(MINUTE)
    const swaps = tradesOf('SOL').filter(({ quantity }) => toNumber(quantity) > 0)
    expect(swaps.length).toBeGreaterThan(2)
    expect(new Set(swaps.map(({ id }) => id)).size).toBe(swaps.length)
    const answer = await settled(
      parts.http.send({
        url: `${context.options.jupiter.url}/price/v3?ids=${idOf('SOL')}`,
        timeoutMs: 1000,
        signal: context.signal,
      }),
    )
    const { usdPrice } = (JSON.parse(answer.text) as Record<string, { usdPrice: number }>)[idOf('SOL')] ?? {
      usdPrice: 0,
    }
    expect(toNumber(swaps.at(-1)?.price ?? ('0' as never)) / usdPrice).toBeCloseTo(1, 1)
    expect(parts.data.liquidityUsd(idOf('GROTTO'))).toBeLessThan(25_000)
    expect(parts.data.liquidityUsd(idOf('SOL'))).toBeGreaterThan(1e6)
  })

  it('history ends where the present begins, at the price of the pool', async () => {
    await pass(20_000)
    const now = context.clock.now()
    const request = {
      instrument: idOf('SOL'),
      timeframe: '1m' as const,
      from: now - 1_200 * MINUTE,
      to: now,
      signal: context.signal,
    }
    const bars = await settled(parts.data.history(request))
    expect(bars.length).toBeGreaterThan(1_000)
    expect(bars.at(-1)?.ts).toBeLessThanOrEqual(now - MINUTE)
    expect(
      bars.every((bar, index) => bar.ts % MINUTE === 0 && (index === 0 || bar.ts > (bars[index - 1]?.ts ?? 0))),
    ).toBe(true)
    const price = toNumber(tradesOf('SOL').at(-1)?.price ?? ('0' as never))
    expect((bars.at(-1)?.close ?? 0) / price).toBeCloseTo(1, 1)
    const quiet = await settled(parts.data.history({ ...request, instrument: idOf('GROTTO') }))
    expect(quiet.length).toBeGreaterThan(10)
    expect(quiet.length).toBeLessThan(1_000)
    const hours = await settled(
      parts.data.history({ ...request, timeframe: '1h', from: now - 24 * TIMEFRAME_MS['1h'] }),
    )
    expect(hours.length).toBeGreaterThan(20)
  })
})

describe('faults of the stream', () => {
  it('notifications that are lost, doubled or broken never make a price that was none', async () => {
    parts.data.stop()
    chain[Symbol.dispose]()
    const faults = { 'lost-notification': 0.03, 'duplicate-notification': 0.2, 'corrupted-notification': 0.03 }
    await begin({}, { faults })
    await pass(2 * MINUTE)
    const prints = tradesOf('CARAVEL')
    expect(prints.length).toBeGreaterThan(50)
    expect(new Set(prints.map(({ id }) => id)).size).toBe(prints.length)
    // A price of half a swap, or of broken bytes, would be far away from its neighbours.
    const steps = prints.slice(1).map(({ price }, index) => toNumber(price) / toNumber(prints[index]?.price ?? price))
    expect(Math.max(...steps)).toBeLessThan(1.01)
    expect(Math.min(...steps)).toBeGreaterThan(0.99)
    expect(sourceOf('CARAVEL')).toBe('pool')
  })
})
