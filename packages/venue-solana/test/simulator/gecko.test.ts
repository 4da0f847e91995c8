import { describe, expect, it } from 'vitest'
import type { Loose, TestChain } from './start-test-chain.ts'
import { startTestChain, TEST_NOW } from './start-test-chain.ts'
import { TestWallet } from './test-wallet.ts'

const bars = async (chain: TestChain, symbol: string, timeframe: string, query = ''): Promise<number[][]> =>
  (await chain.get(`/api/v2/networks/solana/pools/${chain.mint(symbol).pool}/ohlcv/${timeframe}?${query}`)).data
    .attributes.ohlcv_list

describe('bars', () => {
  it('are newest first, open where the one before closed, and miss minutes without trades', async () => {
    await using chain = await startTestChain()
    const list = await bars(chain, 'ATLAS', 'minute', 'limit=1000')
    expect(list).toHaveLength(1_000)
    for (const [index, [time = 0, open = 0, high = 0, low = 0, close = 0]] of list.entries()) {
      expect(time % 60).toBe(0)
      expect(high).toBeGreaterThanOrEqual(Math.max(open, close))
      expect(low).toBeLessThanOrEqual(Math.min(open, close))
      const [before, , , , closeBefore] = list[index + 1] ?? []
      if (before === undefined) continue
      expect(before).toBeLessThan(time)
      expect(open).toBe(closeBefore)
    }
    const span = ((list[0]?.[0] ?? 0) - (list.at(-1)?.[0] ?? 0)) / 60
    expect(span).toBeGreaterThan(1_020)
  })

  it('continue page by page without overlap, and longer ones are made of the shorter', async () => {
    await using chain = await startTestChain()
    const all = await bars(chain, 'CARAVEL', 'minute', 'limit=180')
    const page = await bars(chain, 'CARAVEL', 'minute', `limit=60&before_timestamp=${all[59]?.[0]}`)
    expect(page).toEqual(all.slice(60, 120))
    const [, hour] = await bars(chain, 'CARAVEL', 'hour', 'limit=2')
    const start = hour?.[0] ?? 0
    const inside = all.filter(([time = 0]) => time >= start && time < start + 3_600)
    expect(hour?.[4]).toBe(inside[0]?.[4])
    expect(hour?.[2]).toBeCloseTo(Math.max(...inside.map(([, , high = 0]) => high)), 12)
    expect(hour?.[5]).toBeCloseTo(
      inside.reduce((sum, bar) => sum + (bar[5] ?? 0), 0),
      6,
    )
  })

  it("end at the price of the pool, and have somebody's swap in them", async () => {
    await using chain = await startTestChain()
    const wallet = await TestWallet.funded(chain, 5, 100_000)
    const { mint } = chain.mint('GROTTO')
    await wallet.swap(chain.usdcMint, mint, '300000000')
    const price = (await chain.get(`/price/v3?ids=${mint}`))[mint].usdPrice
    const [[, , high = 0] = []] = await bars(chain, 'GROTTO', 'minute', 'limit=1')
    expect(high).toBeLessThan(price * 1.01)
    expect(high).toBeGreaterThan(price * 0.7)
    const [, { attributes }] = [
      0,
      (await chain.get(`/api/v2/networks/solana/pools/${chain.mint('GROTTO').pool}/trades`)).data[0],
    ]
    expect(attributes).toMatchObject({ kind: 'buy', tx_from_address: wallet.address, from_token_amount: '300' })
  })

  it('are the same for the same seed and time, whenever they are asked for', async () => {
    const list = async (now: number, ms: number) => {
      await using chain = await startTestChain({ now })
      await chain.simulator.advance(ms)
      const { vaults } = chain.mint('ATLAS')
      const vault = (await chain.rpc('getTokenAccountBalance', vaults[0], { commitment: 'processed' })).value.amount
      return { bars: await bars(chain, 'ATLAS', 'minute', 'limit=50'), vault }
    }
    expect(await list(TEST_NOW - 600_000, 600_000)).toEqual(await list(TEST_NOW, 0))
  })

  it('are refused for unknown pools and wrong aggregates; pools are listed by token', async () => {
    await using chain = await startTestChain()
    const { pool, mint } = chain.mint('ATLAS')
    const status = async (path: string) => (await fetch(`${chain.url}/api/v2/networks/solana/${path}`)).status
    expect(await status(`pools/${mint}/ohlcv/minute`)).toBe(404)
    expect(await status(`pools/${pool}/ohlcv/minute?aggregate=7`)).toBe(400)
    expect(await status(`pools/${pool}/ohlcv/week`)).toBe(400)
    const { data } = await chain.get(`/api/v2/networks/solana/tokens/${mint}/pools`)
    expect(data.map(({ attributes }: Loose) => attributes.address)).toEqual([pool])
  })
})
