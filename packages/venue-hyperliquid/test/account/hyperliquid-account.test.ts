import { describe, expect, it } from 'vitest'
import { publicKeyAddress } from '../../src/signing/index.ts'
import type { ScriptedVenue } from '../harness/scripted-venue.ts'
import { startVenue } from '../harness/started-venue.ts'
import { throwawaySigner } from '../harness/test-context.ts'

const signal = new AbortController().signal
const MASTER = '0x00000000000000000000000000000000000000aa'

const state = {
  marginSummary: { accountValue: '1012.50', totalNtlPos: '50.0', totalRawUsd: '962.5', totalMarginUsed: '10.0' },
  crossMarginSummary: { accountValue: '1012.50', totalNtlPos: '50.0', totalRawUsd: '962.5', totalMarginUsed: '10.0' },
  withdrawable: '1002.5',
  assetPositions: [
    {
      type: 'oneWay',
      position: { coin: 'BTC', szi: '-0.00500', entryPx: '80000.0', leverage: { type: 'cross', value: 5 } },
    },
    { type: 'oneWay', position: { coin: 'ETH', szi: '0.0', entryPx: null } },
  ],
  time: 1_790_000_000_000,
}

const fill = (time: number, tid: number, changes: object = {}) => ({
  coin: 'BTC',
  px: '80000.0',
  sz: '0.001',
  side: 'B',
  time,
  startPosition: '0.0',
  dir: 'Open Long',
  closedPnl: '0.0',
  hash: '0x0',
  oid: 7,
  crossed: true,
  fee: '-0.001',
  tid,
  feeToken: 'USDC',
  twapId: null,
  ...changes,
})

/** Answers `userFillsByTime` as the venue does: from `startTime`, inclusive, oldest first, at most 2000. */
function serveFills(server: ScriptedVenue, fills: readonly { time: number }[]): void {
  server.info.set('userFillsByTime', (body) => {
    const { startTime, endTime } = body as { startTime: number; endTime?: number }
    return { json: fills.filter(({ time }) => time >= startTime && time <= (endTime ?? Infinity)).slice(0, 2000) }
  })
}

describe('the account', () => {
  it("is the key's own, when the key is no agent", async () => {
    const signer = throwawaySigner()
    await using started = await startVenue({
      context: { signer },
      script: (server) => void server.info.set('clearinghouseState', () => ({ json: state })),
    })
    await started.venue.account.positions(signal)
    const asked = started.server.requests.find(({ body }) => body.type === 'clearinghouseState')
    expect(asked?.body.user).toBe(publicKeyAddress(signer.publicKey))
  })

  it("is the master's when the key is an agent: the agent's own would answer with nothing", async () => {
    await using started = await startVenue({
      script: (server) => {
        server.info.set('userRole', () => ({ json: { role: 'agent', data: { user: MASTER } } }))
        server.info.set('clearinghouseState', () => ({ json: state }))
      },
    })
    await started.venue.account.positions(signal)
    expect(started.server.requests.at(-1)?.body.user).toBe(MASTER)
  })

  it('that is configured may not be an agent', async () => {
    const starting = startVenue({
      options: { account: MASTER },
      script: (server) => void server.info.set('userRole', () => ({ json: { role: 'agent', data: { user: MASTER } } })),
    })
    await expect(starting).rejects.toMatchObject({ code: 'misconfigured' })
  })

  it('is missing from an entry without key and account, which says so', async () => {
    await using started = await startVenue({ context: { signer: null } })
    await expect(started.venue.account.balances(signal)).rejects.toMatchObject({ code: 'misconfigured' })
  })
})

describe('balances', () => {
  it('are the value of the account and what no margin holds', async () => {
    await using started = await startVenue({
      script: (server) => void server.info.set('clearinghouseState', () => ({ json: state })),
    })
    expect(await started.venue.account.balances(signal)).toEqual([
      { asset: 'USDC', total: '1012.5', available: '1002.5' },
    ])
  })

  it('are in the spot balance of a unified account', async () => {
    const balances = [{ coin: 'USDC', token: 0, total: '14.625485', hold: '4.0', entryNtl: '0.0' }]
    await using started = await startVenue({
      script: (server) => {
        server.info.set('userAbstraction', () => ({ json: 'unifiedAccount' }))
        server.info.set('spotClearinghouseState', () => ({ json: { balances } }))
      },
    })
    expect(await started.venue.account.balances(signal)).toEqual([
      { asset: 'USDC', total: '14.625485', available: '10.625485' },
    ])
  })

  it.each([
    ['a server error', { status: 500, text: 'null' }, 'unavailable'],
    ['a broken connection', 'reset', 'unavailable'],
    ['an answer of another shape', { json: { ...state, withdrawable: 12 } }, 'malformed-answer'],
    ['nothing', { json: null }, 'malformed-answer'],
  ] as const)('throw for %s instead of being empty', async (_name, reply, code) => {
    await using started = await startVenue({
      script: (server) => void server.info.set('clearinghouseState', () => reply),
    })
    await expect(started.venue.account.balances(signal)).rejects.toMatchObject({ name: 'VenueError', code })
    await expect(started.venue.account.positions(signal)).rejects.toMatchObject({ name: 'VenueError', code })
  })

  it('name the field that is wrong', async () => {
    const script = (server: ScriptedVenue) =>
      void server.info.set('clearinghouseState', () => ({ json: { ...state, withdrawable: 12 } }))
    await using started = await startVenue({ script })
    await expect(started.venue.account.balances(signal)).rejects.toThrow(/clearinghouseState: field withdrawable/)
  })
})

describe('positions and orders', () => {
  it('are signed quantities, without the empty ones', async () => {
    await using started = await startVenue({
      script: (server) => void server.info.set('clearinghouseState', () => ({ json: state })),
    })
    expect(await started.venue.account.positions(signal)).toEqual([
      { instrument: 'BTC', quantity: '-0.005', averageEntry: '80000' },
    ])
  })

  it('tell ours by their client id', async () => {
    const order = {
      coin: 'BTC',
      side: 'A',
      limitPx: '96161.0',
      sz: '0.00010',
      oid: 59_534_923_953,
      timestamp: 1,
      origSz: '0.00015',
      reduceOnly: true,
      triggerCondition: 'N/A',
      isTrigger: false,
      triggerPx: '0.0',
      children: [],
      tif: 'Gtc',
    }
    const cloid = `0x${'ab'.repeat(16)}`
    const orders = [
      { ...order, cloid },
      { ...order, cloid: null },
      { ...order, coin: '@107', cloid: null },
    ]
    await using started = await startVenue({
      script: (server) => void server.info.set('frontendOpenOrders', () => ({ json: orders })),
    })
    const ours = {
      orderId: '59534923953',
      instrument: 'BTC',
      side: 'sell',
      limitPrice: '96161',
      remaining: '0.0001',
      reduceOnly: true,
    }
    expect(await started.venue.account.openOrders(signal)).toEqual([
      { ...ours, sealedId: cloid },
      { ...ours, sealedId: null },
    ])
  })
})

describe('fills', () => {
  it('come over many pages, each once, also when a millisecond is cut by a page', async () => {
    // Three fills a millisecond: 2000 is no multiple of it.
    const all = Array.from({ length: 5000 }, (_, n) => fill(1000 + Math.floor(n / 3), n))
    await using started = await startVenue({ script: (server) => serveFills(server, all) })
    const read = await started.venue.account.fills(null, signal)
    expect(read.fills.map((each) => each.id)).toEqual(all.map((each) => `${each.time}:7:${each.tid}`))
  })

  it('that share the last millisecond with one already read are not missed', async () => {
    const all = [fill(1000, 1), fill(2000, 2)]
    await using started = await startVenue({ script: (server) => serveFills(server, all) })
    const first = await started.venue.account.fills(null, signal)
    all.push(fill(2000, 3), fill(2001, 4))
    const second = await started.venue.account.fills(first.cursor, signal)
    expect(second.fills.map((each) => each.id)).toEqual(['2000:7:2', '2000:7:3', '2001:7:4'])
    expect((await started.venue.account.fills(second.cursor, signal)).cursor).toBe(second.cursor)
  })

  it('carry rebates as negative fees, and why they came about', async () => {
    const signer = throwawaySigner()
    const account = publicKeyAddress(signer.publicKey)
    const all = [
      fill(1, 1),
      fill(2, 2, {
        liquidation: { liquidatedUser: account, markPx: '1', method: 'market' },
        cloid: `0x${'01'.repeat(16)}`,
      }),
      // We took the other side of somebody else's liquidation.
      fill(3, 3, { liquidation: { liquidatedUser: MASTER, markPx: '1', method: 'market' } }),
      fill(4, 4, { dir: 'Auto-Deleveraging' }),
      fill(5, 5, { dir: 'Settlement' }),
      fill(6, 6, { coin: '@107' }),
      fill(7, 7, { coin: 'PURR/USDC' }),
    ]
    await using started = await startVenue({ context: { signer }, script: (server) => serveFills(server, all) })
    const { fills } = await started.venue.account.fills(null, signal)
    expect(fills.map(({ at, cause, sealedId }) => [at, cause ?? null, sealedId])).toEqual([
      [1, null, null],
      [2, 'liquidation', `0x${'01'.repeat(16)}`],
      [3, null, null],
      [4, 'auto-deleveraging', null],
      [5, 'settlement', null],
    ])
    expect(fills[0]).toEqual({
      id: '1:7:1',
      orderId: '7',
      sealedId: null,
      instrument: 'BTC',
      side: 'buy',
      price: '80000',
      quantity: '0.001',
      fee: { in: 'quote', amount: '-0.001' },
      at: 1,
    })
  })

  it('of spot pairs, dust and outcomes are not looked at, whatever they look like', async () => {
    const dust = { coin: '@142', px: '0.0', sz: '-1', dir: 'Spot Dust Conversion', time: 2, tid: 0, oid: 'none' }
    const all = [fill(1, 1), dust, { coin: '+10', time: 3 }, fill(4, 4)]
    await using started = await startVenue({ script: (server) => serveFills(server, all) })
    const { fills, cursor } = await started.venue.account.fills(null, signal)
    expect(fills.map(({ at }) => at)).toEqual([1, 4])
    expect(cursor).toBe('4')
  })

  it('of TWAP orders come with the others, once, and neither list moves the cursor of the other', async () => {
    const slices: { fill: { time: number }; twapId: number }[] = [
      { fill: fill(1500, 50), twapId: 3 },
      { fill: fill(5000, 51), twapId: 3 },
    ]
    const all = [fill(1000, 1), fill(2000, 2), fill(1500, 50)]
    await using started = await startVenue({
      script: (server) => {
        serveFills(server, all)
        server.info.set('userTwapSliceFillsByTime', ({ startTime }) => ({
          json: slices.filter((slice) => slice.fill.time >= (startTime as number)),
        }))
      },
    })
    const first = await started.venue.account.fills(null, signal)
    expect(first.fills.map(({ at }) => at)).toEqual([1000, 1500, 2000, 5000])
    // Listed late, but older than the last slice.
    all.push(fill(3000, 3))
    const second = await started.venue.account.fills(first.cursor, signal)
    expect(second.fills.map(({ at }) => at)).toEqual([2000, 3000, 5000])
    await expect(started.venue.account.fills('1+2+3', signal)).rejects.toMatchObject({ code: 'misconfigured' })
  })

  it('of TWAP orders that cannot be read fail the reading; a venue that knows no TWAP has none', async () => {
    await using started = await startVenue({ script: (server) => serveFills(server, [fill(1, 1)]) })
    started.server.info.set('userTwapSliceFillsByTime', () => ({ status: 500, text: '' }))
    await expect(started.venue.account.fills(null, signal)).rejects.toMatchObject({ code: 'unavailable' })
    started.server.info.delete('userTwapSliceFillsByTime')
    expect((await started.venue.account.fills(null, signal)).fills).toHaveLength(1)
  })

  it('of which the venue reaches back no further say so', async () => {
    // Only the last 10,000 are there, and the cursor is older.
    const all = Array.from({ length: 10_000 }, (_, n) => fill(50_000 + n, n))
    await using started = await startVenue({ script: (server) => serveFills(server, all) })
    const { fills } = await started.venue.account.fills('10', signal)
    expect(fills).toHaveLength(10_000)
    expect(started.context.log.some(({ message }) => message.includes('out of reach'))).toBe(true)
  })

  it('more of one millisecond than a page holds are an error, not a gap', async () => {
    const all = Array.from({ length: 2500 }, (_, n) => fill(7, n))
    await using started = await startVenue({ script: (server) => serveFills(server, all) })
    await expect(started.venue.account.fills(null, signal)).rejects.toThrow(/no way past them/)
  })

  it('are refused as a whole when one of them is not as it should be', async () => {
    await using started = await startVenue({
      script: (server) => serveFills(server, [fill(1, 1), fill(2, 2, { sz: '-1' })]),
    })
    await expect(started.venue.account.fills(null, signal)).rejects.toThrow(/userFillsByTime: field 1\.sz/)
  })
})
