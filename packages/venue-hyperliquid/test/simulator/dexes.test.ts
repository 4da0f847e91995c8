import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { USER_SIGNED_TYPES } from '../../src/signing/index.ts'
import type { Simulator } from '../../src/simulator/index.ts'
import { startSimulator } from '../../src/simulator/index.ts'
import { STANDING, TestClient, TestSocket } from './test-client.ts'

let simulator: Simulator
beforeAll(async () => {
  simulator = await startSimulator({ seed: 'dexes', clock: STANDING, limits: 'off', fundUsd: 1000, fundDexUsd: 500 })
})
afterAll(async () => simulator.close())

const XYZ100 = 110_000
const FLX_TSLA = 120_000

async function priceOf(client: TestClient, coin: string): Promise<number> {
  const dex = coin.split(':')[0] ?? ''
  return Number((await client.info({ type: 'allMids', dex }))[coin])
}

describe('builders’ dexes', () => {
  it('have universes, collateral and asset ids of their own', async () => {
    const client = new TestClient(simulator)
    const dexes = await client.info({ type: 'perpDexs' })
    expect(dexes[0]).toBeNull()
    expect(dexes.slice(1).map(({ name }: { name: string }) => name)).toEqual(['xyz', 'flx'])
    const metas = await client.info({ type: 'allPerpMetas' })
    expect(metas.map(({ collateralToken }: { collateralToken: number }) => collateralToken)).toEqual([0, 0, 360])
    expect(metas[1]).toEqual(await client.info({ type: 'meta', dex: 'xyz' }))
    expect(metas[1].universe[0].name).toBe('xyz:XYZ100')
    expect(metas[2].universe[0]).toMatchObject({ name: 'flx:TSLA', onlyIsolated: true, marginMode: 'strictIsolated' })
    const { tokens } = await client.info({ type: 'spotMeta' })
    expect(tokens[360].name).toBe('USDH')
    const [meta, contexts] = await client.info({ type: 'metaAndAssetCtxs', dex: 'xyz' })
    expect(contexts).toHaveLength(meta.universe.length)
    expect(Object.keys(await client.info({ type: 'allMids' }))).not.toContain('xyz:XYZ100')
  })

  it('are traded with a clearinghouse of their own, at twice the fees', async () => {
    const client = new TestClient(simulator)
    const own = await client.info({ type: 'clearinghouseState', user: client.address })
    const mid = await priceOf(client, 'xyz:XYZ100')
    const px = String(Math.round(mid * 1.02))
    expect(await client.order({ asset: XYZ100, px, size: '0.01' })).toMatchObject({ filled: { totalSz: '0.01' } })
    const state = await client.info({ type: 'clearinghouseState', user: client.address, dex: 'xyz' })
    expect(state.assetPositions[0].position).toMatchObject({ coin: 'xyz:XYZ100', szi: '0.01' })
    expect(Number(state.marginSummary.accountValue)).toBeLessThan(500)
    expect(await client.info({ type: 'clearinghouseState', user: client.address })).toMatchObject({
      marginSummary: own.marginSummary,
      assetPositions: [],
    })
    const [fill] = await client.info({ type: 'userFills', user: client.address })
    expect(fill).toMatchObject({ coin: 'xyz:XYZ100', feeToken: 'USDC' })
    expect(Number(fill.fee) / (Number(fill.px) * Number(fill.sz))).toBeCloseTo(0.0009, 5)
    const resting = await client.order({ asset: XYZ100, px: String(Math.round(mid * 0.9)), size: '0.01', tif: 'Gtc' })
    expect(await client.info({ type: 'openOrders', user: client.address, dex: 'xyz' })).toMatchObject([resting.resting])
    expect(await client.info({ type: 'openOrders', user: client.address })).toEqual([])
  })

  it('keep isolated what must be, in their collateral', async () => {
    const client = new TestClient(simulator)
    await client.info({ type: 'clearinghouseState', user: client.address })
    const cross = await client.exchange({ type: 'updateLeverage', asset: FLX_TSLA, isCross: true, leverage: 3 })
    expect(cross.status).toBe('err')
    const px = String(Math.round((await priceOf(client, 'flx:TSLA')) * 1.02))
    expect(await client.order({ asset: FLX_TSLA, px, size: '0.1' })).toMatchObject({ filled: {} })
    const { assetPositions } = await client.info({ type: 'clearinghouseState', user: client.address, dex: 'flx' })
    expect(assetPositions[0].position.leverage).toMatchObject({ type: 'isolated' })
    const [fill] = await client.info({ type: 'userFills', user: client.address })
    expect(fill.feeToken).toBe('USDH')
    const taken = await client.exchange({
      type: 'updateIsolatedMargin',
      asset: FLX_TSLA,
      isBuy: true,
      ntli: -1_000_000,
    })
    expect(taken.status).toBe('err')
  })

  it('take collateral by transfer, or by themselves when dex abstraction is on', async () => {
    const client = new TestClient(simulator)
    await client.info({ type: 'clearinghouseState', user: client.address })
    const px = String(Math.round((await priceOf(client, 'xyz:XYZ100')) * 1.02))
    // 20x on 500: a position of 12,500 needs more than that.
    const wish = { asset: XYZ100, px, size: '0.5' }
    expect((await client.order(wish)).error).toContain('Insufficient margin')
    const answer = await client.userSigned(
      {
        type: 'sendAsset',
        destination: client.address,
        sourceDex: '',
        destinationDex: 'xyz',
        token: 'USDC',
        amount: '100',
        fromSubAccount: '',
        nonce: client.nonce(),
      },
      USER_SIGNED_TYPES.sendAsset,
    )
    expect(answer.status).toBe('ok')
    const value = async (dex: string) =>
      Number((await client.info({ type: 'clearinghouseState', user: client.address, dex })).marginSummary.accountValue)
    expect([await value(''), await value('xyz')]).toEqual([900, 600])
    expect((await client.order(wish)).error).toContain('Insufficient margin')
    await client.exchange({ type: 'agentEnableDexAbstraction' })
    expect(await client.order(wish)).toMatchObject({ filled: {} })
    expect(await value('')).toBeLessThan(900)
    expect(await client.info({ type: 'userNonFundingLedgerUpdates', user: client.address })).toMatchObject([
      { delta: { type: 'send', token: 'USDC', amount: '100.0' } },
    ])
  })

  it('pay funding, and stream like the venue’s own', async () => {
    const client = new TestClient(simulator)
    const socket = await TestSocket.open(simulator)
    await socket.subscribe({ type: 'clearinghouseState', user: client.address, dex: 'xyz' })
    await socket.subscribe({ type: 'trades', coin: 'xyz:TSLA' })
    await socket.subscribe({ type: 'allDexsAssetCtxs' })
    const px = String(Math.round((await priceOf(client, 'xyz:XYZ100')) * 1.02))
    await client.order({ asset: XYZ100, px, size: '0.01' })
    await simulator.advance(3_600_000)
    await socket.settle()
    expect(socket.on('clearinghouseState').at(-1)).toMatchObject({
      dex: 'xyz',
      clearinghouseState: { assetPositions: [{ position: { coin: 'xyz:XYZ100' } }] },
    })
    expect(socket.on('trades')[0][0].coin).toBe('xyz:TSLA')
    expect(socket.on('allDexsAssetCtxs')[0].ctxs.map(([dex]: [string]) => dex)).toEqual(['', 'xyz', 'flx'])
    expect(await client.info({ type: 'userFunding', user: client.address, startTime: 0 })).toMatchObject([
      { delta: { coin: 'xyz:XYZ100', szi: '0.01' } },
    ])
    socket.socket.terminate()
  })
})
