import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Simulator } from '../../src/simulator/index.ts'
import { startSimulator } from '../../src/simulator/index.ts'
import { STANDING, TestClient, TestSocket } from './test-client.ts'

let simulator: Simulator
beforeAll(async () => {
  // A minute has just begun, so that tests can play through whole ones.
  const anchorMs = 1_795_366_800_000
  simulator = await startSimulator({ seed: 'socket', clock: { speed: 0, anchorMs }, limits: 'off' })
})
afterAll(async () => simulator.close())

interface Trade {
  coin: string
  px: string
  sz: string
  time: number
  tid: number
}

describe('subscriptions', () => {
  it('are acknowledged with the defaults filled in, before the first data', async () => {
    const socket = await TestSocket.open(simulator)
    const user = `0x${'Ab'.repeat(20)}`
    expect((await socket.subscribe({ type: 'l2Book', coin: 'BTC' })).subscription).toEqual({
      type: 'l2Book',
      coin: 'BTC',
      nSigFigs: null,
      mantissa: null,
      fast: false,
    })
    expect((await socket.subscribe({ type: 'userFills', user })).subscription).toEqual({
      type: 'userFills',
      user: user.toLowerCase(),
      aggregateByTime: false,
    })
    await socket.settle()
    expect(socket.frames.map(({ channel }) => channel)).toEqual([
      'subscriptionResponse',
      'l2Book',
      'subscriptionResponse',
      'userFills',
      'pong',
    ])
    expect(socket.on('userFills')).toEqual([{ isSnapshot: true, user: user.toLowerCase(), fills: [] }])
    socket.socket.terminate()
  })

  it('replays the last trades, oldest first, without saying so', async () => {
    const socket = await TestSocket.open(simulator)
    await socket.subscribe({ type: 'trades', coin: 'BTC' })
    await socket.settle()
    const [replay] = socket.on('trades') as Trade[][]
    expect(replay).toHaveLength(30)
    expect(replay?.map(({ time }) => time)).toEqual(replay?.map(({ time }) => time).sort((a, b) => a - b))
    expect(replay?.every(({ time }) => time <= simulator.clock.now())).toBe(true)
    socket.socket.terminate()
  })

  it('end when asked, and errors leave the socket open', async () => {
    const socket = await TestSocket.open(simulator)
    const bbo = { type: 'bbo', coin: 'ETH' }
    await socket.subscribe(bbo)
    const wrong = [
      { method: 'subscribe', subscription: bbo },
      { method: 'unsubscribe', subscription: { type: 'trades', coin: 'ETH' } },
      { method: 'subscribe', subscription: { type: 'bbo', coin: ['BTC', 'ETH'] } },
      { method: 'subscribe', subscription: { type: 'webData2', user: `0x${'1'.repeat(40)}` } },
      { method: 'shout' },
      { method: 'post', request: { type: 'info', payload: { type: 'meta' } } },
      'no json',
    ]
    for (const message of wrong) socket.send(message)
    await socket.settle()
    const unparsable = (message: unknown) =>
      `Error parsing JSON into valid websocket request: ${typeof message === 'string' ? message : JSON.stringify(message)}`
    expect(socket.on('error')).toEqual([
      'Already subscribed: {"type":"bbo","coin":"ETH"}',
      'Already unsubscribed: {"type":"trades","coin":"ETH"}',
      ...wrong.slice(2).map(unparsable),
    ])
    socket.send({ method: 'unsubscribe', subscription: bbo })
    await socket.settle()
    expect(socket.on('subscriptionResponse').at(-1)).toEqual({ method: 'unsubscribe', subscription: bbo })
    const before = socket.on('bbo').length
    await simulator.advance(60_000)
    await socket.settle()
    expect(socket.on('bbo')).toHaveLength(before)
    socket.socket.terminate()
  })

  it.each([
    { type: 'trades', coin: 'btc' },
    { type: 'trades', coin: 'NOPE' },
    { type: 'candle', coin: 'XYZ:SP500', interval: '1m' },
    { type: 'l2Book', coin: 'BTC', nSigFigs: 6 },
    { type: 'l2Book', coin: 'BTC', nSigFigs: 4, mantissa: 2 },
  ])('%j ends the connection without a word', async (subscription) => {
    const socket = await TestSocket.open(simulator)
    socket.send({ method: 'subscribe', subscription })
    expect(await socket.closed).toBe(1006)
    expect(socket.frames).toEqual([])
  })

  it('acknowledges a delisted coin and shows it an empty book', async () => {
    const socket = await TestSocket.open(simulator)
    await socket.subscribe({ type: 'l2Book', coin: 'MATIC' })
    await socket.subscribe({ type: 'bbo', coin: 'MATIC' })
    await socket.subscribe({ type: 'trades', coin: 'MATIC' })
    await socket.subscribe({ type: 'activeAssetCtx', coin: 'MATIC' })
    await socket.settle()
    expect(socket.on('l2Book')[0].levels).toEqual([[], []])
    expect(socket.on('bbo')[0].bbo).toEqual([null, null])
    expect(socket.on('trades')).toEqual([])
    expect(socket.on('activeAssetCtx')[0].ctx).toMatchObject({ midPx: null, premium: null, impactPxs: null })
    socket.socket.terminate()
  })

  it('closes a connection to which it has sent nothing for a while; pings keep it open', async () => {
    let wall = 0
    await using venue = await startSimulator({ clock: STANDING, tickMs: 10, wallClock: () => wall })
    const [silent, lively] = [await TestSocket.open(venue), await TestSocket.open(venue)]
    wall = 59_000
    await lively.settle()
    wall = 60_000
    expect(await silent.closed).toBe(1006)
    await lively.settle()
    wall = 119_000
    await lively.settle()
    expect(lively.on('pong')).toHaveLength(3)
    lively.socket.terminate()
  })
})

describe('market data', () => {
  it.each(['BTC', 'ALT'])('%s: bars built from the trades are the candles of REST', async (coin) => {
    const client = new TestClient(simulator)
    const asset = (await client.info({ type: 'meta' })).universe.findIndex(
      ({ name }: { name: string }) => name === coin,
    )
    await simulator.advance(60_000 - (simulator.clock.now() % 60_000) - 1)
    const socket = await TestSocket.open(simulator)
    await socket.subscribe({ type: 'trades', coin })
    await socket.settle()
    const startTime = simulator.clock.now() + 1
    for (let second = 0; second < 180; second += 20) {
      await simulator.advance(20_000)
      await client.order({ asset, size: coin === 'BTC' ? '0.02' : '40', buy: second % 40 === 0 })
    }
    await simulator.advance(1)
    await socket.settle()
    const seen = new Map((socket.on('trades').flat() as Trade[]).map((trade) => [trade.tid, trade]))
    const candles = await client.info({
      type: 'candleSnapshot',
      req: { coin, interval: '1m', startTime, endTime: startTime + 120_000 },
    })
    expect(candles).toHaveLength(3)
    for (const candle of candles) {
      const trades = [...seen.values()].filter(({ time }) => time >= candle.t && time <= candle.T)
      const prices = trades.map(({ px }) => Number(px))
      expect({
        o: prices[0],
        h: Math.max(...prices),
        l: Math.min(...prices),
        c: prices.at(-1),
        n: trades.length,
      }).toEqual({ o: Number(candle.o), h: Number(candle.h), l: Number(candle.l), c: Number(candle.c), n: candle.n })
      expect(trades.reduce((sum, { sz }) => sum + Number(sz), 0)).toBeCloseTo(Number(candle.v), 4)
    }
    socket.socket.terminate()
  })

  it('sends a candle once more whole when the next one has begun', async () => {
    const client = new TestClient(simulator)
    const socket = await TestSocket.open(simulator)
    await socket.subscribe({ type: 'candle', coin: 'SOL', interval: '1m' })
    const start = Math.floor(simulator.clock.now() / 60_000) * 60_000
    for (let step = 0; step < 40; step++) await simulator.advance(7000)
    await socket.settle()
    const last = new Map(socket.on('candle').map((candle) => [candle.t, candle]))
    const req = { coin: 'SOL', interval: '1m', startTime: start, endTime: simulator.clock.now() }
    const candles = await client.info({ type: 'candleSnapshot', req })
    expect(candles.length).toBeGreaterThan(4)
    for (const candle of candles.slice(0, -1)) expect(last.get(candle.t)).toEqual(candle)
    socket.socket.terminate()
  })

  it('keeps the rhythms of the books and contexts', async () => {
    const socket = await TestSocket.open(simulator)
    await socket.subscribe({ type: 'l2Book', coin: 'BTC' })
    await socket.subscribe({ type: 'l2Book', coin: 'ETH', fast: true })
    await socket.subscribe({ type: 'activeAssetCtx', coin: 'BTC' })
    await socket.subscribe({ type: 'allMids' })
    for (let step = 0; step < 108; step++) await simulator.advance(100)
    await socket.settle()
    const books = socket.on('l2Book')
    const slow = books.filter(({ coin }) => coin === 'BTC')
    const fast = books.filter(({ coin }) => coin === 'ETH')
    expect(slow).toHaveLength(3)
    expect(fast.length).toBeGreaterThanOrEqual(18)
    expect(fast[0]).toMatchObject({ fast: true })
    expect(fast.every(({ levels }) => levels[0].length === 5)).toBe(true)
    expect(slow.every(({ levels }) => levels[0].length === 20)).toBe(true)
    expect(socket.on('activeAssetCtx').length).toBeGreaterThanOrEqual(10)
    expect(socket.on('allMids')).toHaveLength(3)
    socket.socket.terminate()
  })
})

describe('events of an account', () => {
  it('tells fills, order updates and events, and shows an order that rests in the book', async () => {
    const client = new TestClient(simulator)
    const socket = await TestSocket.open(simulator)
    const user = client.address
    for (const type of ['userFills', 'orderUpdates', 'userEvents', 'userFundings'])
      await socket.subscribe({ type, user })
    await client.order({ asset: 1, size: '0.5', cloid: `0x${'c'.repeat(32)}` })
    await socket.until(() => socket.on('orderUpdates').length === 1)
    await socket.settle()
    const [fills] = socket.on('userFills').slice(1)
    expect(fills).toEqual({ user, fills: expect.arrayContaining([expect.objectContaining({ dir: 'Open Long' })]) })
    expect(fills).not.toHaveProperty('isSnapshot')
    expect(socket.on('user')).toEqual([{ fills: fills.fills }])
    expect(socket.on('orderUpdates')).toMatchObject([
      [{ status: 'filled', order: { coin: 'ETH', side: 'B', sz: '0.0', origSz: '0.5', cloid: `0x${'c'.repeat(32)}` } }],
    ])
    const { resting } = await client.order({
      asset: 1,
      px: String(Math.round((await client.price(1)) * 0.9)),
      tif: 'Gtc',
    })
    await client.exchange({ type: 'cancel', cancels: [{ a: 1, o: resting.oid }] })
    await socket.settle()
    expect(
      socket
        .on('orderUpdates')
        .flat()
        .map(({ status }) => status),
    ).toEqual(['filled', 'open', 'canceled'])
    await simulator.advance(3_600_000)
    await socket.settle()
    expect(socket.on('userFundings').at(-1)).toMatchObject({ user, fundings: [{ coin: 'ETH', szi: '0.5' }] })
    socket.socket.terminate()
  })

  it('tells a resting order’s fill when the market comes to it', async () => {
    const client = new TestClient(simulator)
    const socket = await TestSocket.open(simulator)
    await socket.subscribe({ type: 'orderUpdates', user: client.address })
    await socket.subscribe({ type: 'userFills', user: client.address })
    const px = String(Math.round((await client.price(1)) * 0.98))
    await client.order({ asset: 1, px, tif: 'Gtc', size: '0.1' })
    await simulator.pushPrice('ETH', Number(px) - 5)
    await socket.until(() => socket.on('orderUpdates').length >= 2)
    await socket.settle()
    expect(
      socket
        .on('orderUpdates')
        .flat()
        .map(({ status }) => status),
    ).toEqual(['open', 'filled'])
    expect(socket.on('userFills').at(-1).fills).toMatchObject([{ crossed: false, px: `${px}.0`, sz: '0.1' }])
    socket.socket.terminate()
  })
})

describe('posts', () => {
  it('answers queries and actions by id', async () => {
    const client = new TestClient(simulator)
    const socket = await TestSocket.open(simulator)
    const action = client.signed(await client.orderAction({}))
    socket.send({ method: 'post', id: 3, request: { type: 'info', payload: { type: 'l2Book', coin: 'NOPE' } } })
    socket.send({ method: 'post', id: 4, request: { type: 'action', payload: action } })
    socket.send({ method: 'post', id: 5, request: { type: 'info', payload: { type: 'nope' } } })
    socket.send({ method: 'post', id: 6, request: { type: 'action', payload: action } })
    await socket.until(() => socket.on('post').length === 4)
    const answers = new Map(socket.on('post').map(({ id, response }) => [id, response]))
    expect(answers.get(3)).toEqual({ type: 'info', payload: { type: 'l2Book', data: null } })
    expect(answers.get(4)).toMatchObject({ type: 'action', payload: { status: 'ok', response: { type: 'order' } } })
    expect(answers.get(5)).toEqual({ type: 'error', payload: expect.stringContaining('422') })
    expect(answers.get(6)).toMatchObject({ type: 'action', payload: { status: 'err' } })
    socket.socket.terminate()
  })
})

describe('limits of a peer', () => {
  it('tracks so many users, holds so many connections, takes so many messages', async () => {
    await using limited = await startSimulator({
      clock: STANDING,
      limits: { users: 2, connections: 2, messagesPerMinute: 20 },
    })
    const [first, second] = [await TestSocket.open(limited), await TestSocket.open(limited)]
    await expect(TestSocket.open(limited)).rejects.toThrow('429')
    const user = (digit: number) => ({ type: 'userFills', user: `0x${String(digit).repeat(40)}` })
    await first.subscribe(user(1))
    await second.subscribe(user(2))
    second.send({ method: 'subscribe', subscription: user(3) })
    await second.settle()
    expect(second.on('error')).toEqual(['Cannot track more than 3 total users.'])
    for (let i = 0; i < 20; i++) first.send({ method: 'ping' })
    expect(await first.closed).toBe(1006)
  })
})
