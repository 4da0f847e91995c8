import { Decimal } from 'decimal.js'
import { describe, expect, it } from 'vitest'
import { accountMargin } from '../../../src/simulator/engine/margin.ts'
import { mergedBook } from '../../../src/simulator/engine/merged-book.ts'
import { TestEngine } from './test-engine.ts'

const bbo = (engine: TestEngine, coin: string) => {
  const { bids, asks } = mergedBook(engine.core, coin)
  return { bid: bids[0]?.price ?? 0, ask: asks[0]?.price ?? 0 }
}

describe('taking', () => {
  it('fills an IOC across levels, best price first, and charges the taker fee', () => {
    const engine = new TestEngine(100_000_000)
    const { asks } = mergedBook(engine.core, 'ETH')
    const result = engine.take('ETH', true, 100)
    expect(result.kind).toBe('filled')
    const prices = engine.account.fills.map((fill) => Number(fill.px))
    expect(prices).toEqual(asks.slice(0, prices.length).map(({ price }) => price))
    const total = engine.account.fills.reduce((sum, fill) => sum.plus(fill.sz), new Decimal(0))
    expect(total.toString()).toBe('100')
    for (const fill of engine.account.fills) {
      const fee = new Decimal(fill.px).times(fill.sz).times('0.00045').toDecimalPlaces(6, Decimal.ROUND_DOWN)
      expect(fill.fee).toBe(fee.toFixed().includes('.') ? fee.toFixed() : `${fee.toFixed()}.0`)
      expect(fill.crossed).toBe(true)
    }
  })

  it('fills an IOC partly where the book is thin, and drops the rest', () => {
    const engine = new TestEngine(100_000_000)
    const px = new Decimal(engine.price('ALT') * 1.1).toSignificantDigits(4)
    const result = engine.place('ALT', true, { px, size: 300_000, tif: 'Ioc' })
    if (result.kind !== 'filled') throw new Error(`expected a fill, got ${JSON.stringify(result)}`)
    expect(result.totalSz.gt(0)).toBe(true)
    expect(result.totalSz.lt(300_000)).toBe(true)
    expect(engine.statuses(result)).toEqual(['canceled'])
    expect(engine.account.openOrders.size).toBe(0)
  })

  it('refuses an IOC that meets nobody, and keeps a record of it', () => {
    const engine = new TestEngine()
    const { bid } = bbo(engine, 'ETH')
    expect(engine.place('ETH', true, { px: bid, tif: 'Ioc' })).toEqual({
      kind: 'error',
      text: 'Order could not immediately match against any resting orders. asset=1',
    })
    expect(engine.account.orders.at(-1)?.status).toBe('iocCancelRejected')
  })

  it('announces an order that fills at once as open and then filled', () => {
    const engine = new TestEngine()
    const { ask } = bbo(engine, 'ETH')
    expect(engine.statuses(engine.place('ETH', true, { px: ask, size: '0.01' }))).toEqual(['open', 'filled'])
  })

  it('rests what a GTC could not take', () => {
    const engine = new TestEngine(1_000_000_000)
    const [best] = mergedBook(engine.core, 'ALT').asks
    const size = (best?.lots ?? 0) + 100
    const result = engine.place('ALT', true, { px: best?.price ?? 0, size })
    expect(result.kind).toBe('resting')
    expect([...engine.account.openOrders.values()].map((order) => order.sz.toString())).toEqual(['100'])
    expect(engine.held('ALT')).toBe(String(best?.lots))
  })
})

describe('resting', () => {
  it('refuses a post-only order that would match, naming the best bid and ask', () => {
    const engine = new TestEngine()
    const { bid, ask } = bbo(engine, 'ETH')
    expect(engine.place('ETH', true, { px: ask, tif: 'Alo' })).toEqual({
      kind: 'error',
      text: `Post only order would have immediately matched, bbo was ${bid}@${ask}. asset=1`,
    })
    expect(engine.place('ETH', true, { px: bid, tif: 'Alo' }).kind).toBe('resting')
  })

  it('fills when the market trades through, at its own price and the maker fee', () => {
    const engine = new TestEngine()
    const px = new Decimal(engine.price('BTC')).times('0.9995').toDecimalPlaces(0)
    const result = engine.place('BTC', true, { px, size: '0.01' })
    expect(result.kind).toBe('resting')
    for (let hours = 0; hours < 48 && engine.account.fills.length === 0; hours++) engine.pass(3_600_000)
    const [fill] = engine.account.fills
    expect(fill).toMatchObject({ crossed: false, side: 'B', dir: 'Open Long', startPosition: '0.0' })
    expect(Number(fill?.px)).toBe(px.toNumber())
    expect(engine.core.market.coin('BTC').printedTrades(0, engine.core.now)).toHaveLength(engine.account.fills.length)
  })

  it('matches two accounts with each other inside the spread', () => {
    const engine = new TestEngine()
    const other = engine.open(100_000, `0x${'b'.repeat(40)}`)
    const { bid, ask } = bbo(engine, 'ALT')
    const px = new Decimal(bid).plus(ask).div(2).toSignificantDigits(5)
    expect(engine.place('ALT', true, { px, size: 100 }).kind).toBe('resting')
    expect(engine.place('ALT', false, { px, size: 60, tif: 'Ioc' }, other).kind).toBe('filled')
    expect([engine.held('ALT'), engine.held('ALT', other)]).toEqual(['60', '-60'])
    const [mine, theirs] = [engine.account.fills[0], other.fills[0]]
    expect(mine?.tid).toBe(theirs?.tid)
    expect([mine?.crossed, theirs?.crossed]).toEqual([false, true])
  })

  it('cancels an own order rather than trade with itself', () => {
    const engine = new TestEngine()
    const { bid, ask } = bbo(engine, 'ALT')
    const px = new Decimal(bid).plus(ask).div(2).toSignificantDigits(5)
    const resting = engine.place('ALT', true, { px, size: 100 })
    engine.place('ALT', false, { px, size: 100, tif: 'Ioc' })
    expect(engine.statuses(resting)).toEqual(['open', 'selfTradeCanceled'])
  })
})

describe('reduce-only', () => {
  it('is refused when there is nothing to reduce', () => {
    const engine = new TestEngine()
    const text = 'Reduce only order would increase position. asset=1'
    expect(engine.place('ETH', true, { reduceOnly: true })).toEqual({ kind: 'error', text })
    engine.take('ETH', true, 1)
    expect(engine.place('ETH', true, { reduceOnly: true })).toEqual({ kind: 'error', text })
  })

  it('is cut to the position', () => {
    const engine = new TestEngine()
    engine.take('ETH', true, '0.5')
    const px = Math.round(engine.price('ETH') * 0.95)
    const result = engine.place('ETH', false, { px, size: 3, tif: 'Ioc', reduceOnly: true })
    expect(result.kind === 'filled' && result.totalSz.toString()).toBe('0.5')
    expect(engine.held('ETH')).toBe('0')
  })

  it('may be worth less than $10 only when it closes everything', () => {
    const engine = new TestEngine()
    engine.take('ETH', true, '0.005')
    const px = Math.round(engine.price('ETH') * 0.95)
    const order = { px, tif: 'Ioc', reduceOnly: true } as const
    expect(engine.place('ETH', false, { ...order, size: '0.001' })).toMatchObject({
      text: 'Order must have minimum value of $10. asset=1',
    })
    engine.take('ETH', false, '0.0045')
    expect(engine.held('ETH')).toBe('0.0005')
    expect(engine.place('ETH', false, { ...order, size: '0.0005' }).kind).toBe('filled')
  })

  it('follows the position: the older of two that exceed it goes, and all go with the position', () => {
    const engine = new TestEngine()
    engine.take('ETH', true, 1)
    const px = Math.round(engine.price('ETH') * 1.2)
    const first = engine.place('ETH', false, { px, size: 1, reduceOnly: true })
    const second = engine.place('ETH', false, { px: px + 1, size: 1, reduceOnly: true })
    expect(engine.statuses(first)).toEqual(['open', 'reduceOnlyCanceled'])
    engine.take('ETH', false, '0.4')
    expect([...engine.account.openOrders.values()].map((order) => order.sz.toString())).toEqual(['0.6'])
    engine.take('ETH', false, '0.6')
    expect(engine.statuses(second).at(-1)).toBe('reduceOnlyCanceled')
    expect(engine.account.openOrders.size).toBe(0)
  })
})

describe('refusals', () => {
  const engine = new TestEngine()
  const price = Math.round(engine.price('ETH'))
  it.each([
    [{ px: price + 0.123 }, 'Price must be divisible by tick size.'],
    [{ size: '1.00001' }, 'Order has invalid size.'],
    [{ px: 100, size: 5 }, 'Order price cannot be more than 80% away from the reference price.'],
    [{ px: price - 500, size: '0.001' }, 'Order must have minimum value of $10.'],
    [{ px: price, size: 20_000, tif: 'Ioc' }, 'Order value too large. Max is $30000000.'],
    [{ px: price - 1, size: 2000 }, 'Insufficient margin to place order.'],
    [
      { px: price, trigger: { isMarket: true, triggerPx: new Decimal(price + 100), tpsl: 'tp' } },
      'Invalid TP/SL price.',
    ],
  ] as const)('%j: %s', (wish, text) => {
    expect(engine.place('ETH', true, wish)).toEqual({ kind: 'error', text: `${text} asset=1` })
  })

  it('accepts a whole-number price of any length', () => {
    const rich = new TestEngine()
    expect(rich.place('BTC', true, { px: Math.round(rich.price('BTC') * 0.9), size: '0.01' }).kind).toBe('resting')
  })

  it('counts resting orders against the margin', () => {
    const poor = new TestEngine(1000)
    const px = Math.round(poor.price('ETH') * 0.9)
    const size = new Decimal(9000).div(px).toDecimalPlaces(4)
    expect(poor.place('ETH', true, { px, size }).kind).toBe('resting')
    expect(poor.place('ETH', true, { px, size }).kind).toBe('resting')
    expect(poor.place('ETH', true, { px, size })).toMatchObject({ text: 'Insufficient margin to place order. asset=1' })
  })
})

describe('the account', () => {
  it('is worth what it was given, less fees and losses, plus profits, whatever it does', () => {
    const engine = new TestEngine()
    for (let i = 0; i < 40; i++) {
      engine.take(i % 3 === 0 ? 'BTC' : 'ETH', i % 2 === 0, i % 3 === 0 ? '0.01' : '0.37')
      engine.pass(7000)
    }
    const { account, core } = engine
    const fills = account.fills.reduce((sum, fill) => sum.plus(fill.closedPnl).minus(fill.fee), new Decimal(0))
    const margin = accountMargin(account, core)
    const open = margin.positions.reduce((sum, position) => sum.plus(position.unrealizedPnl), new Decimal(0))
    expect(margin.all.accountValue.minus(fills.plus(open).plus(100_000)).abs().toNumber()).toBeLessThan(0.001)
    for (const coin of ['BTC', 'ETH']) {
      const traded = account.fills.filter((fill) => fill.coin === coin)
      const net = traded.reduce((sum, { side, sz }) => sum.plus(side === 'B' ? sz : `-${sz}`), new Decimal(0))
      expect(engine.held(coin)).toBe(net.toString())
    }
  })
})
