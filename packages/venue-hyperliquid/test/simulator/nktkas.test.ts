import { randomBytes } from 'node:crypto'
import {
  ApiRequestError,
  ExchangeClient,
  HttpTransport,
  InfoClient,
  SubscriptionClient,
  WebSocketTransport,
} from '@nktkas/hyperliquid'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TypedDomain, TypedField } from '../../src/signing/index.ts'
import { privateKeySigner, signatureFromBytes, typedDataDigest } from '../../src/signing/index.ts'
import type { Simulator } from '../../src/simulator/index.ts'
import { startSimulator } from '../../src/simulator/index.ts'

interface WalletRequest {
  readonly domain: TypedDomain
  readonly types: Readonly<Record<string, readonly { name: string; type: string }[]>>
  readonly primaryType: string
  readonly message: Record<string, unknown>
}

/** The wallet that this client wants, over a key in memory. */
function makeWallet() {
  const signer = privateKeySigner(randomBytes(32))
  return {
    address: signer.address,
    async signTypedData(request: WalletRequest): Promise<`0x${string}`> {
      const fields = (request.types[request.primaryType] ?? []) as TypedField[]
      const digest = typedDataDigest(request.domain, request.primaryType, fields, request.message)
      const { r, s, v } = signatureFromBytes(signer.sign(digest))
      return `0x${r.slice(2)}${s.slice(2)}${v.toString(16)}`
    },
  }
}

let simulator: Simulator
let socket: WebSocketTransport
let info: InfoClient
beforeAll(async () => {
  simulator = await startSimulator({ seed: 'nktkas', limits: 'off' })
  socket = new WebSocketTransport({ url: simulator.wsUrl })
  info = new InfoClient({ transport: new HttpTransport({ apiUrl: simulator.url }) })
})
afterAll(async () => {
  socket.close()
  await simulator.close()
})

describe.each(['http', 'websocket'] as const)('@nktkas/hyperliquid over %s', (kind) => {
  const setUp = () => {
    const wallet = makeWallet()
    const transport = kind === 'http' ? new HttpTransport({ apiUrl: simulator.url }) : socket
    return { user: wallet.address, exchange: new ExchangeClient({ transport, wallet }) }
  }
  const eth = (b: boolean, p: string, tif: 'Gtc' | 'Ioc', s = '0.1') => ({
    a: 1,
    b,
    p,
    s,
    r: false,
    t: { limit: { tif } },
  })
  const limit = (...order: Parameters<typeof eth>) => ({ orders: [eth(...order)], grouping: 'na' as const })

  it('places, modifies and cancels an order', async () => {
    const { user, exchange } = setUp()
    const px = Math.round(Number((await info.allMids()).ETH) * 0.9)
    await exchange.order(limit(true, String(px), 'Gtc'))
    const [order] = await info.openOrders({ user })
    expect(order).toMatchObject({ coin: 'ETH', side: 'B', limitPx: `${px}.0`, sz: '0.1' })
    await exchange.modify({ oid: order?.oid ?? 0, order: eth(true, String(px + 1), 'Gtc') })
    const [changed] = await info.frontendOpenOrders({ user })
    expect(changed).toMatchObject({ limitPx: `${px + 1}.0`, orderType: 'Limit', tif: 'Gtc' })
    await exchange.cancel({ cancels: [{ a: 1, o: changed?.oid ?? 0 }] })
    expect(await info.openOrders({ user })).toEqual([])
    expect(await info.orderStatus({ user, oid: changed?.oid ?? 0 })).toMatchObject({ order: { status: 'canceled' } })
  })

  it('trades, and finds its fills, its position and its fees', async () => {
    const { user, exchange } = setUp()
    const mid = Number((await info.allMids()).ETH)
    await exchange.order(limit(true, String(Math.round(mid * 1.05)), 'Ioc'))
    await exchange.order(limit(false, String(Math.round(mid * 0.95)), 'Ioc', '0.04'))
    // An order may meet several others: its fills come as one.
    const fills = await info.userFills({ user, aggregateByTime: true })
    expect(fills.map(({ dir, sz }) => [dir, sz])).toEqual([
      ['Close Long', '0.04'],
      ['Open Long', '0.1'],
    ])
    const { assetPositions } = await info.clearinghouseState({ user })
    expect(assetPositions[0]?.position).toMatchObject({ coin: 'ETH', szi: '0.06' })
    expect((await info.userFees({ user })).userCrossRate).toBe('0.00045')
  })

  it('throws the venue’s words', async () => {
    const { exchange } = setUp()
    await expect(exchange.order(limit(true, '3000.123', 'Gtc'))).rejects.toThrow(ApiRequestError)
    await expect(exchange.order(limit(true, '3000.123', 'Gtc'))).rejects.toThrow('divisible by tick size')
    await expect(exchange.updateLeverage({ asset: 1, isCross: true, leverage: 99 })).rejects.toThrow('Invalid leverage')
  })

  it('approves an agent and trades through it', async () => {
    const { user, exchange } = setUp()
    const agent = makeWallet()
    await exchange.approveAgent({ agentAddress: agent.address, agentName: 'bot' })
    const through = new ExchangeClient({ transport: socket, wallet: agent })
    await through.order(limit(true, String(Math.round(Number((await info.allMids()).ETH) * 1.05)), 'Ioc'))
    expect(await info.userFills({ user, aggregateByTime: true })).toHaveLength(1)
  })
})

describe('@nktkas/hyperliquid, queries', () => {
  it('has every question answered that a client may ask in passing', async () => {
    const { address: user } = makeWallet()
    const coin = 'BTC'
    const startTime = Date.now() - 7_200_000
    const answers = await Promise.all([
      info.allPerpMetas(),
      info.perpDexs(),
      info.perpDexLimits({ dex: 'xyz' }),
      info.perpDexStatus({ dex: 'xyz' }),
      info.spotMetaAndAssetCtxs(),
      info.spotClearinghouseState({ user }),
      info.metaAndAssetCtxs({ dex: 'flx' }),
      info.clearinghouseState({ user, dex: 'xyz' }),
      info.activeAssetData({ user, coin }),
      info.fundingHistory({ coin, startTime }),
      info.predictedFundings(),
      info.userFunding({ user, startTime }),
      info.userNonFundingLedgerUpdates({ user, startTime }),
      info.userRateLimit({ user }),
      info.userRole({ user }),
      info.userFees({ user }),
      info.portfolio({ user }),
      info.extraAgents({ user }),
      info.maxBuilderFee({ user, builder: user }),
      info.twapHistory({ user }),
      info.userTwapSliceFills({ user }),
      info.userVaultEquities({ user }),
      info.vaultSummaries(),
      info.delegatorSummary({ user }),
      info.referral({ user }),
      info.tokenDetails({ tokenId: `0x${'0'.repeat(32)}` }),
      info.exchangeStatus(),
      info.marginTable({ id: 56 }),
      info.webData2({ user }),
    ])
    expect(answers.every((answer) => answer !== undefined)).toBe(true)
  })

  it('trades a perpetual of a builder’s dex and works an order off in slices', async () => {
    const wallet = makeWallet()
    const exchange = new ExchangeClient({ transport: socket, wallet })
    const mid = Number((await info.allMids({ dex: 'xyz' }))['xyz:XYZ100'])
    const order = { a: 110_000, b: true, p: String(Math.round(mid * 1.02)), s: '0.01', r: false }
    await exchange.order({ orders: [{ ...order, t: { limit: { tif: 'Ioc' } } }], grouping: 'na' })
    const { assetPositions } = await info.clearinghouseState({ user: wallet.address, dex: 'xyz' })
    expect(assetPositions[0]?.position).toMatchObject({ coin: 'xyz:XYZ100', szi: '0.01' })
    const { response } = await exchange.twapOrder({ twap: { a: 1, b: true, s: '2', r: false, m: 5, t: true } })
    await exchange.twapCancel({ a: 1, t: response.data.status.running.twapId })
    expect((await info.userTwapSliceFills({ user: wallet.address })).length).toBeGreaterThan(0)
  })
})

describe('@nktkas/hyperliquid, subscriptions', () => {
  it('receives what it subscribes to', async () => {
    const client = new SubscriptionClient({ transport: socket })
    const { address: user } = makeWallet()
    const got = new Set<string>()
    const all = Promise.withResolvers<void>()
    const wanted = ['trades', 'candle', 'l2Book', 'bbo', 'allMids', 'activeAssetCtx', 'userFills', 'clearinghouseState']
    const note = (name: string) => () => {
      got.add(name)
      if (wanted.every((each) => got.has(each))) all.resolve()
    }
    await client.trades({ coin: 'BTC' }, note('trades'))
    await client.candle({ coin: 'BTC', interval: '1m' }, note('candle'))
    await client.l2Book({ coin: 'BTC' }, note('l2Book'))
    await client.bbo({ coin: 'BTC' }, note('bbo'))
    await client.allMids(note('allMids'))
    await client.activeAssetCtx({ coin: 'BTC' }, note('activeAssetCtx'))
    await client.userFills({ user }, note('userFills'))
    await client.clearinghouseState({ user }, note('clearinghouseState'))
    await all.promise
    expect([...got].sort()).toEqual([...wanted].sort())
  })

  it('reads candles as REST gives them', async () => {
    const startTime = Date.now() - 50 * 3_600_000
    const candles = await info.candleSnapshot({ coin: 'BTC', interval: '1h', startTime })
    expect(candles).toHaveLength(51)
  })
})
