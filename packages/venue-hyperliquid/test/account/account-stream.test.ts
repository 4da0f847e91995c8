import type { Outcome } from '@portolan/core'
import { describe, expect, it } from 'vitest'
import { publicKeyAddress } from '../../src/signing/index.ts'
import type { StartedVenue } from '../harness/started-venue.ts'
import { startVenue } from '../harness/started-venue.ts'
import { throwawaySigner } from '../harness/test-context.ts'
import { settle, until } from '../harness/until.ts'

const signer = throwawaySigner()
const user = publicKeyAddress(signer.publicKey)
const CLOID = `0x${'ab'.repeat(16)}`

async function started(): Promise<StartedVenue> {
  const venue = await startVenue({ context: { signer } })
  await until('both streams', () => channels(venue).length >= 2)
  return venue
}

const channels = ({ server }: StartedVenue, connection = server.connections.length - 1) =>
  server.frames
    .filter(({ socket }) => socket === server.connections[connection])
    .map(({ message }) => (message.subscription as { type: string } | undefined)?.type)
    .filter((type) => type === 'userFills' || type === 'orderUpdates')

const fills = ({ context }: StartedVenue) =>
  context.events.flatMap((event) => (event.type === 'fill' ? [event.fill] : []))
const outcomes = ({ context }: StartedVenue): Outcome[] =>
  context.events.flatMap((event) => (event.type === 'order' && event.sealedId === CLOID ? [event.outcome] : []))
const reconnections = ({ context }: StartedVenue) =>
  context.events.filter((event) => event.type === 'account-reconnected').length

const wsFill = (time: number, tid: number, changes: object = {}) => ({
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
  fee: '0.036',
  tid,
  feeToken: 'USDC',
  twapId: null,
  ...changes,
})
const userFills = (list: readonly object[], changes: object = {}) => ({
  channel: 'userFills',
  data: { user, fills: list, ...changes },
})
const update = (status: string, sz: string, changes: object = {}) => ({
  channel: 'orderUpdates',
  data: [
    {
      order: {
        coin: 'BTC',
        side: 'B',
        limitPx: '80000.0',
        sz,
        oid: 7,
        timestamp: 1,
        origSz: '0.002',
        cloid: CLOID,
        ...changes,
      },
      status,
      statusTimestamp: 1,
    },
  ],
})

describe('the stream of the account', () => {
  it('tells each fill once, also when the snapshot brings it again', async () => {
    await using venue = await started()
    const now = venue.clock.now()
    const old = wsFill(now - 3_600_000, 1)
    venue.server.broadcast(userFills([old], { isSnapshot: true }))
    venue.server.broadcast(userFills([wsFill(now, 2)]))
    await until('a fill', () => fills(venue).length === 1)
    venue.server.connections[0]?.terminate()
    await until('the next connection', () => {
      venue.clock.advance(250)
      return venue.server.connections.length === 2 && channels(venue).length === 2
    })
    // One came while nobody listened.
    venue.server.broadcast(userFills([wsFill(now + 5, 3), wsFill(now, 2), old], { isSnapshot: true }))
    await until('the missed fill', () => fills(venue).length === 2)
    await settle()
    expect(fills(venue).map((fill) => fill.id)).toEqual([`${now}:7:2`, `${now + 5}:7:3`])
    expect(reconnections(venue)).toBe(1)
  })

  it('tells what became of an order, with the fills that executed it, in whichever order they come', async () => {
    await using venue = await started()
    const now = venue.clock.now()
    venue.server.broadcast(update('open', '0.002'))
    venue.server.broadcast(update('filled', '0.0'))
    venue.server.broadcast(userFills([wsFill(now, 1, { cloid: CLOID })]))
    await until('resting', () => fills(venue).length === 1)
    await settle()
    expect(outcomes(venue)).toEqual([{ kind: 'resting', orderId: '7', filled: '0' }])
    // Without a client id: the order is known by its own.
    venue.server.broadcast(userFills([wsFill(now + 1, 2, { px: '80010.0' })]))
    await until('filled', () => outcomes(venue).length === 2)
    expect(outcomes(venue)[1]).toMatchObject({ kind: 'filled', orderId: '7', filled: '0.002', averagePrice: '80005' })
    expect(fills(venue).map((fill) => fill.sealedId)).toEqual([CLOID, CLOID])
  })

  it.each([
    ['iocCancelRejected', '0.002', { kind: 'rejected', reason: 'no-liquidity', message: 'iocCancelRejected' }],
    ['canceled', '0.002', { kind: 'expired', cause: 'cancelled', message: 'canceled' }],
  ])('tells %s', async (status, sz, expected) => {
    await using venue = await started()
    venue.server.broadcast(update(status, sz))
    await until('the outcome', () => outcomes(venue).length === 1)
    expect(outcomes(venue)).toEqual([expected])
  })

  it('is interrupted in the middle of trading: what was missed comes again, and the account is read again', async () => {
    await using venue = await started()
    const now = venue.clock.now()
    venue.server.broadcast(userFills([], { isSnapshot: true }))
    venue.server.broadcast(userFills([wsFill(now, 1)]))
    await until('the first', () => fills(venue).length === 1)
    const missed = [wsFill(now + 1, 2), wsFill(now + 2, 3, { coin: 'ETH' })]
    venue.server.info.set('userFillsByTime', ({ startTime }) => ({
      json: [wsFill(now, 1), ...missed].filter(({ time }) => time >= (startTime as number)),
    }))
    venue.server.connections[0]?.terminate()
    await until('account-reconnected', () => {
      venue.clock.advance(250)
      return reconnections(venue) === 1
    })
    // The reading that the event asks for covers it, also where the snapshot is short.
    const { fills: read } = await venue.venue.account.fills(String(now), new AbortController().signal)
    expect(read.map(({ id }) => id)).toEqual([`${now}:7:1`, `${now + 1}:7:2`, `${now + 2}:7:3`])
    venue.server.broadcast(userFills(missed, { isSnapshot: true }))
    await until('both', () => fills(venue).length === 3)
  })

  it('tells liquidations and auto-deleveraging, and whose they are', async () => {
    await using venue = await started()
    const now = venue.clock.now()
    const liquidated = (who: string) => ({ liquidation: { liquidatedUser: who, markPx: '1.0', method: 'backstop' } })
    venue.server.broadcast(
      userFills([
        wsFill(now + 1, 1, liquidated(user)),
        wsFill(now + 2, 2, liquidated(`0x${'22'.repeat(20)}`)),
        wsFill(now + 3, 3, { dir: 'Auto-Deleveraging' }),
        wsFill(now + 4, 4, { dir: 'Net Child Vaults' }),
      ]),
    )
    await until('all', () => fills(venue).length === 4)
    expect(fills(venue).map(({ cause }) => cause ?? 'order')).toEqual([
      'liquidation',
      'order',
      'auto-deleveraging',
      'settlement',
    ])
  })

  it('tells the fills of TWAP orders, which come on a channel of their own', async () => {
    await using venue = await started()
    const now = venue.clock.now()
    const twap = (list: readonly object[], changes: object = {}) => ({
      channel: 'userTwapSliceFills',
      data: { user, twapSliceFills: list.map((each) => ({ fill: each, twapId: 1 })), ...changes },
    })
    venue.server.broadcast(twap([wsFill(now - 3_600_000, 8)], { isSnapshot: true }))
    venue.server.broadcast(twap([wsFill(now, 9, { oid: 70 })]))
    await until('the slice', () => fills(venue).length === 1)
    expect(fills(venue)[0]?.id).toBe(`${now}:70:9`)
  })

  it('is not spoiled by what it does not trade: spot, dust, outcomes, dexes that were not chosen', async () => {
    await using venue = await started()
    const now = venue.clock.now()
    const junk = [
      { coin: '@142', dir: 'Spot Dust Conversion', px: null },
      { coin: 'PURR/USDC' },
      { coin: '#10', sz: -1 },
      wsFill(now, 5, { coin: 'xyz:SP500' }),
    ]
    venue.server.broadcast(userFills([...junk, wsFill(now, 6)]))
    venue.server.broadcast({ channel: 'orderUpdates', data: [{ order: { coin: '@142' }, status: 7 }] })
    await until('ours', () => fills(venue).length === 1)
    await settle()
    expect(fills(venue).map(({ id }) => id)).toEqual([`${now}:7:6`])
    expect(reconnections(venue)).toBe(0)
  })

  it('keeps to the account and to orders that are ours', async () => {
    await using venue = await started()
    venue.server.broadcast(userFills([wsFill(1, 1)], { user: `0x${'00'.repeat(20)}` }))
    venue.server.broadcast(update('canceled', '0.002', { cloid: null }))
    venue.server.broadcast(userFills([wsFill(venue.clock.now(), 2, { coin: '@107' })]))
    venue.server.broadcast(update('somethingNobodyKnows', '0.002'))
    venue.server.broadcast(userFills([wsFill(venue.clock.now(), 3)]))
    await until('ours', () => fills(venue).length === 1)
    expect(fills(venue)[0]?.id).toBe(`${venue.clock.now()}:7:3`)
    expect(venue.context.events.filter((event) => event.type === 'order')).toEqual([])
  })

  it('refuses a frame whole, and has the account read again for what it may have said', async () => {
    await using venue = await started()
    const now = venue.clock.now()
    venue.server.broadcast(userFills([wsFill(now, 1), wsFill(now, 2, { sz: 'many' })]))
    venue.server.broadcast(userFills([wsFill(now, 3, { px: '0' })]))
    venue.server.broadcast(userFills([wsFill(now, 4)]))
    await until('a good one', () => fills(venue).length === 1)
    expect(fills(venue)[0]?.id).toBe(`${now}:7:4`)
    expect(reconnections(venue)).toBe(1)
  })

  it('refuses funding of a time that is not yet', async () => {
    await using venue = await started()
    const now = venue.clock.now()
    const funding = (time: number) => ({
      channel: 'userFundings',
      data: { user, fundings: [{ time, coin: 'BTC', usdc: '-1.0', szi: '1.0', fundingRate: '0.1' }] },
    })
    venue.server.broadcast(funding(now + 10 * 86_400_000))
    venue.server.broadcast(funding(now))
    const told = () => venue.context.events.flatMap((event) => (event.type === 'funding' ? [event.payment.at] : []))
    await until('the sound one', () => told().length > 0)
    expect(told()).toEqual([now])
    expect(reconnections(venue)).toBe(1)
  })

  it('takes a flood of errors and of strange channels for what it is: one line of each in the log, nothing booked', async () => {
    await using venue = await started()
    for (let n = 0; n < 500; n += 1) {
      venue.server.broadcast({ channel: 'error', data: `Error number ${n}` })
      venue.server.broadcast({ channel: 'nonsense', data: { fills: [wsFill(venue.clock.now(), n)] } })
    }
    venue.server.broadcast(userFills([wsFill(venue.clock.now(), 1)]))
    await until('the fill after them', () => fills(venue).length > 0)
    const lines = venue.context.log.filter(({ level }) => level === 'warn')
    // Market data's and the account's connections each say that there was one.
    expect(lines.filter(({ message }) => message.includes('error on the socket')).length).toBeLessThanOrEqual(2)
    expect(lines.filter(({ message }) => message === 'messages were refused').length).toBeLessThanOrEqual(2)
    expect(lines.length).toBeGreaterThan(0)
    expect(fills(venue)).toHaveLength(1)
    expect(reconnections(venue)).toBe(0)
    expect(venue.server.connections).toHaveLength(1)
  })
})
