import { Decimal } from 'decimal.js'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { ActionValue } from '../../../src/signing/index.ts'
import { l1ActionDigest, privateKeySigner, signatureFromBytes } from '../../../src/signing/index.ts'
import type { SimulatedVenue } from '../../../src/simulator/index.ts'
import { createSimulatedVenue } from '../../../src/simulator/index.ts'
import { ManualClock } from '../../harness/manual-clock.ts'
import type { Loose } from '../test-client.ts'
import { drain, pass, settled } from './virtual-time.ts'

const signer = privateKeySigner(Uint8Array.from({ length: 32 }, (_, index) => 200 - index))
const user = signer.address

/** What a person might do, in any order. Sizes are in USD. */
const step = fc.oneof(
  fc.record({
    do: fc.constant('order' as const),
    asset: fc.constantFrom(0, 1, 5, 110_000, 120_000),
    buy: fc.boolean(),
    usd: fc.integer({ min: 5, max: 60_000 }),
    away: fc.double({ min: -0.03, max: 0.03, noNaN: true }),
    tif: fc.constantFrom('Gtc', 'Ioc', 'Alo'),
    reduceOnly: fc.boolean(),
  }),
  fc.record({ do: fc.constant('cancel' as const), which: fc.nat(20) }),
  fc.record({
    do: fc.constant('modify' as const),
    which: fc.nat(20),
    away: fc.double({ min: -0.02, max: 0.02, noNaN: true }),
  }),
  fc.record({ do: fc.constant('twap' as const), buy: fc.boolean(), usd: fc.integer({ min: 150, max: 9000 }) }),
  fc.record({
    do: fc.constant('leverage' as const),
    asset: fc.constantFrom(0, 1, 5),
    isCross: fc.boolean(),
    leverage: fc.integer({ min: 1, max: 25 }),
  }),
  fc.record({
    do: fc.constant('jump' as const),
    coin: fc.constantFrom('BTC', 'ETH', 'SOL'),
    by: fc.double({ min: 0.9, max: 1.1, noNaN: true }),
  }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 100, max: 2_000_000 }) }),
  fc.record({ do: fc.constant('deleverage' as const), coin: fc.constantFrom('BTC', 'ETH', 'SOL') }),
)

type Step = typeof step extends fc.Arbitrary<infer Wish> ? Wish : never

/** An account at a venue in memory, and all that its streams told. */
class Session {
  readonly clock = new ManualClock(1_795_366_830_000)
  readonly venue: SimulatedVenue
  readonly updates = new Map<number, string>()
  readonly toldFills: Loose[] = []
  #nonce = 0

  constructor(seed: number) {
    this.venue = createSimulatedVenue({
      clock: this.clock,
      seed,
      limits: 'off',
      liquidity: 0.2,
      tickMs: 5000,
      idleCloseMs: 1e12,
    })
    const connection = this.venue.connect(this.venue.wsUrl, {
      onOpen: () => {
        for (const type of ['orderUpdates', 'userFills', 'userTwapSliceFills']) {
          connection.send(JSON.stringify({ method: 'subscribe', subscription: { type, user } }))
        }
      },
      onMessage: (text) => this.#hear(JSON.parse(text)),
      onClose: () => undefined,
    })
  }

  async post(path: string, body: unknown): Promise<Loose> {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
    const response = await settled(this.clock, this.venue.fetch(this.venue.url + path, init))
    if (response.status !== 200) throw new Error(`${response.status} for ${init.body}`)
    return await response.json()
  }

  info(query: Record<string, unknown>): Promise<Loose> {
    return this.post('/info', query)
  }

  exchange(action: { readonly [key: string]: ActionValue }): Promise<Loose> {
    this.#nonce = Math.max(this.#nonce + 1, this.clock.now())
    const nonce = this.#nonce
    const options = { nonce, vaultAddress: undefined, expiresAfter: undefined, isMainnet: true }
    const signature = signatureFromBytes(signer.sign(l1ActionDigest(action, options)))
    return this.post('/exchange', { action, nonce, signature })
  }

  #hear({ channel, data }: Loose): void {
    if (channel === 'orderUpdates') for (const { order, status } of data) this.updates.set(order.oid, status)
    if (channel === 'userFills' && !data.isSnapshot) this.toldFills.push(...data.fills)
    if (channel === 'userTwapSliceFills' && !data.isSnapshot) {
      this.toldFills.push(...data.twapSliceFills.map(({ fill }: Loose) => fill))
    }
  }
}

const COINS: Readonly<Record<number, [coin: string, szDecimals: number]>> = {
  0: ['BTC', 5],
  1: ['ETH', 4],
  5: ['SOL', 2],
  110000: ['xyz:XYZ100', 4],
  120000: ['flx:TSLA', 3],
}

async function priceOf(session: Session, coin: string): Promise<number> {
  const dex = coin.includes(':') ? { dex: coin.split(':')[0] } : {}
  return Number((await session.info({ type: 'allMids', ...dex }))[coin])
}

const priceText = (price: number) =>
  String(Number(price.toPrecision(5)) > 10_000 ? Math.round(price) : Number(price.toPrecision(4)))

async function play(session: Session, wish: Step): Promise<void> {
  switch (wish.do) {
    case 'order': {
      const [coin = '', szDecimals = 0] = COINS[wish.asset] ?? []
      const price = await priceOf(session, coin)
      const s = String(Number((wish.usd / price).toFixed(szDecimals)))
      const order = {
        a: wish.asset,
        b: wish.buy,
        p: priceText(price * (1 + wish.away)),
        s,
        r: wish.reduceOnly,
        t: { limit: { tif: wish.tif } },
      }
      await session.exchange({ type: 'order', orders: [order], grouping: 'na' })
      break
    }
    case 'cancel':
    case 'modify': {
      const open = await session.info({ type: 'frontendOpenOrders', user })
      const order = open[wish.which % Math.max(1, open.length)]
      if (order === undefined) break
      const asset = Object.entries(COINS).find(([, [coin]]) => coin === order.coin)?.[0]
      const a = Number(asset)
      if (wish.do === 'cancel') await session.exchange({ type: 'cancel', cancels: [{ a, o: order.oid }] })
      else {
        const p = priceText((await priceOf(session, order.coin)) * (1 + wish.away))
        const s = String(Number(order.sz))
        const wire = { a, b: order.side === 'B', p, s, r: order.reduceOnly, t: { limit: { tif: 'Gtc' } } }
        await session.exchange({ type: 'modify', oid: order.oid, order: wire })
      }
      break
    }
    case 'twap': {
      const s = String(Number((wish.usd / (await priceOf(session, 'ETH'))).toFixed(4)))
      await session.exchange({ type: 'twapOrder', twap: { a: 1, b: wish.buy, s, r: false, m: 5, t: true } })
      break
    }
    case 'leverage': {
      const { asset, isCross, leverage } = wish
      await session.exchange({ type: 'updateLeverage', asset, isCross, leverage })
      break
    }
    case 'jump': {
      const price = (await priceOf(session, wish.coin)) * wish.by
      await session.venue.pushPrice(wish.coin, Number(priceText(price)))
      break
    }
    case 'deleverage':
      await session.venue
        .control('POST', '/simulator/auto-deleverage', { user, coin: wish.coin })
        .catch(() => undefined)
      break
    case 'wait':
      await pass(session.clock, wish.ms, 100_000)
      break
  }
}

async function check(session: Session): Promise<void> {
  await pass(session.clock, 10_000, 5000)
  // What was due since the last tick happens at this look, and is told.
  session.venue.executions()
  await drain()
  const account = session.venue.executions().find(({ address }) => address === user)
  if (account === undefined) return
  const fills = [...account.fills, ...account.twapFills]
  const key = (fill: Loose) => `${fill.tid}/${fill.oid}/${fill.time}`
  // Every fill was told once, and as it stands.
  expect(session.toldFills.map(key).sort()).toEqual(fills.map(key).sort())
  // Positions are the sum of the fills.
  const sums = new Map<string, Decimal>()
  for (const { coin, side, sz } of fills) {
    sums.set(coin, (sums.get(coin) ?? new Decimal(0)).plus(side === 'B' ? sz : `-${sz}`))
  }
  const held = Object.entries(account.positions).map(([coin, szi]) => [coin, Number(szi)])
  const summed = [...sums].filter(([, sum]) => !sum.isZero()).map(([coin, sum]) => [coin, sum.toNumber()])
  expect(Object.fromEntries(held)).toEqual(Object.fromEntries(summed))
  // Money is neither made nor lost: what was given, plus profits, less fees and funding.
  for (const [dex, start] of [
    ['', 100_000],
    ['xyz', 10_000],
    ['flx', 10_000],
  ] as const) {
    const of = (coin: string) => (coin.includes(':') ? coin.split(':')[0] : '') === dex
    const realised = fills
      .filter(({ coin }) => of(coin))
      .reduce((sum, { closedPnl, fee }) => sum.plus(closedPnl).minus(fee), new Decimal(start))
    const expected = account.fundings.filter(({ coin }) => of(coin)).reduce((sum, { usdc }) => sum.plus(usdc), realised)
    const state = await session.info({ type: 'clearinghouseState', user, dex })
    const unrealised = state.assetPositions.reduce(
      (sum: Decimal, { position }: Loose) => sum.plus(position.unrealizedPnl),
      new Decimal(0),
    )
    expect(
      new Decimal(state.marginSummary.accountValue).minus(unrealised).minus(expected).abs().toNumber(),
    ).toBeLessThan(0.01)
  }
  // The last that was told of an order is what the venue says of it.
  for (const [oid, status] of session.updates) {
    const answer = await session.info({ type: 'orderStatus', user, oid })
    expect([oid, answer.order.status]).toEqual([oid, status])
  }
}

it('whatever is done: fills, positions, money and order statuses agree', async () => {
  const property = fc.asyncProperty(fc.nat(1000), fc.array(step, { maxLength: 25 }), async (seed, steps) => {
    const session = new Session(seed)
    using _venue = session.venue
    await pass(session.clock, 100)
    for (const wish of steps) await play(session, wish)
    await check(session)
  })
  await expect(fc.assert(property, { numRuns: 40 })).resolves.toBeUndefined()
}, 240_000)
