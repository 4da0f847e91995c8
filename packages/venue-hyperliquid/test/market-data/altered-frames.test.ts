import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Market } from '../harness/market.ts'
import { startMarket, tradesFrame } from '../harness/market.ts'
import { until } from '../harness/until.ts'

let market: Market
let last = 0

beforeAll(async () => {
  market = await startMarket(['BTC', 'ETH'], {
    options: { timing: { staleMs: 600_000, pingMs: 600_000, silenceMinMs: 600_000 } },
  })
  market.want(['BTC', 'ETH'])
  await market.passUntil('live', () => market.kind('BTC') === 'live' && market.kind('ETH') === 'live')
  last = market.clock.now()
})
afterAll(() => market[Symbol.asyncDispose]())

const refused = () => market.venue.refusedFrames
/** Sends messages, and waits until a sound one after them has arrived. */
async function deliver(...messages: readonly unknown[]): Promise<void> {
  for (const message of messages) market.server.broadcast(message)
  last += 1
  market.server.broadcast(tradesFrame('ETH', last))
  await until('the message after them', () => market.trades('ETH').at(-1) === last)
}
const sound = () => ({ ...tradesFrame('BTC', last).data[0] })

describe('an altered message of trades', () => {
  const WRONG: readonly unknown[] = [
    undefined,
    null,
    true,
    [],
    {},
    '',
    'NaN',
    'Infinity',
    '1e400',
    '-0',
    '-1',
    '0x10',
    '1,5',
    ' 1',
    '9'.repeat(30),
    `0.${'1'.repeat(30)}`,
    ['1'],
    7,
    -0,
  ]

  it.each(['coin', 'side', 'px', 'sz', 'time', 'tid'] as const)(
    'with anything wrong in %s is refused whole and counted; the connection stays',
    async (field) => {
      const wrong = WRONG.filter((value) => !isFine(field, value))
      const before = { refused: refused(), trades: market.trades('BTC').length }
      const messages = wrong.map((value) => ({
        channel: 'trades',
        data: [sound(), { ...sound(), tid: 99, [field]: value }],
      }))
      await deliver(...messages)
      expect(refused() - before.refused).toBe(wrong.length)
      expect(market.trades('BTC')).toHaveLength(before.trades)
      expect(market.server.connections).toHaveLength(1)
    },
  )

  /** A number is a sound time, and any text a sound name. */
  function isFine(field: string, value: unknown): boolean {
    // JSON writes a negative zero as 0.
    if (field === 'time' || field === 'tid') return value === 7 || value === 0
    return field === 'coin' && typeof value === 'string' && value !== ''
  }

  it.each(['time', 'tid'])('with a number in %s that is no count', async (field) => {
    const before = { refused: refused(), trades: market.trades('BTC').length }
    const text = JSON.stringify({ channel: 'trades', data: [{ ...sound(), [field]: 77_777 }] })
    const numbers = ['-0', '1e400', '1e3.5', '77777.5', '077777', '9007199254740993', '+1', 'NaN']
    await deliver(...numbers.map((number) => text.replace('77777', number)))
    expect(refused() - before.refused).toBe(numbers.length)
    expect(market.trades('BTC')).toHaveLength(before.trades)
  })

  it('from another time than ours is refused: a bar of the next year would never close', async () => {
    const before = refused()
    await deliver(tradesFrame('BTC', market.clock.now() + 86_400_000))
    expect(refused()).toBe(before + 1)
    expect(market.trades('BTC')).toEqual([])
  })
})

describe('a message that is none', () => {
  it('is refused and counted, whatever it is: half a one, an unknown channel, too deep, too large', async () => {
    const whole = JSON.stringify(tradesFrame('BTC', last))
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
    const messages = [
      whole.slice(0, whole.length / 2),
      `${whole}}`,
      `[${whole}]`,
      'null',
      '{}',
      '[]',
      '"trades"',
      deep,
      `{"channel":"trades","data":[{"coin":"BTC","px":"${'9'.repeat(20_000_000)}"}]}`,
      `{"channel":"trades","data":${deep}}`,
      { channel: 'trades' },
      { channel: 'trades', data: { 0: sound() } },
      { channel: 'trades', data: [[sound()]] },
      { channel: 'nonsense', data: [sound()] },
      { channel: '__proto__', data: [sound()] },
      { channel: 7, data: [] },
      { channel: 'allMids', data: [] },
      { channel: 'allMids', data: { mids: 'none' } },
      { channel: 'allMids', data: { mids: { BTC: 'NaN' } } },
      { channel: 'subscriptionResponse', data: { method: 'subscribe' } },
      { channel: 'error', data: {} },
      { channel: 'trades', data: Array.from({ length: 20_000 }, () => ({ ...sound(), px: null })) },
    ]
    const before = refused()
    await deliver(...messages)
    expect(refused() - before).toBe(messages.length)
    expect(market.trades('BTC')).toEqual([])
    expect(market.server.connections).toHaveLength(1)
  })

  it('leaves nothing behind, and a hole is told where it named a coin that lost something by it', async () => {
    await deliver(tradesFrame('BTC', last))
    const from = last - 1
    const lost = JSON.stringify(tradesFrame('BTC', last + 5))
    await deliver(lost.slice(0, -20))
    await deliver(tradesFrame('BTC', last + 10))
    expect(market.statuses('BTC').at(-1)).toMatchObject({ kind: 'gap', from })
    expect(market.trades('BTC')).toHaveLength(2)
  })

  it('of any kind at all books nothing', async () => {
    const before = market.trades('BTC').length
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            fc.json(),
            fc.string(),
            fc.json().map((json) => `{"channel":"trades","data":[${json}]}`),
          ),
          { maxLength: 20 },
        ),
        async (texts) => {
          await deliver(...texts)
          expect(market.trades('BTC')).toHaveLength(before)
          expect(market.server.connections).toHaveLength(1)
        },
      ),
      { numRuns: 40 },
    )
  })
})
