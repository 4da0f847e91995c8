import type { Instrument } from '@portolan/core'
import { instrumentId, parseDecimal } from '@portolan/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assetId, dexOfCoin, isChosenPerp } from '../../src/instruments/dex.ts'
import { answer, payloadOf, request } from '../harness/scripted-orders.ts'
import type { ScriptedVenue } from '../harness/scripted-venue.ts'
import { startVenue } from '../harness/started-venue.ts'
import { until } from '../harness/until.ts'

const signal = new AbortController().signal
const asset = (name: string, changes: object = {}) => ({ name, szDecimals: 3, maxLeverage: 20, ...changes })

const METAS: Record<string, object> = {
  '': { universe: [asset('BTC', { szDecimals: 5, maxLeverage: 40 }), asset('ETH')], collateralToken: 0 },
  xyz: {
    universe: [asset('xyz:XYZ100'), asset('xyz:GONE', { isDelisted: true }), asset('xyz:SP500')],
    collateralToken: 0,
  },
  km: { universe: [asset('km:US500', { growthMode: 'enabled', marginMode: 'strictIsolated' })], collateralToken: 360 },
}

/** A venue with its own exchange and two of builders, of which the list has a gap. */
function withDexes(server: ScriptedVenue): void {
  server.info.set('perpDexs', () => ({ json: [null, { name: 'xyz' }, { name: 'flx' }, { name: 'km' }] }))
  server.info.set('meta', ({ dex = '' }) => ({ json: METAS[dex as string] ?? { universe: [] } }))
  // The token's id is not its place in the list.
  server.info.set('spotMeta', () => ({
    json: {
      tokens: [
        { name: 'USDC', index: 0 },
        { name: 'USDH', index: 360 },
      ],
    },
  }))
}

const start = (dexes: unknown, script: (server: ScriptedVenue) => void = () => undefined) =>
  startVenue({
    options: { dexes },
    script: (server) => {
      withDexes(server)
      script(server)
    },
  })

const byId = (instruments: readonly Instrument[]) => new Map(instruments.map((each) => [String(each.id), each]))

describe('dexes of builders', () => {
  it('are listed with their asset ids, collateral and account, beside the own exchange', async () => {
    await using started = await start(['km', 'xyz'])
    const listed = byId(await started.venue.instruments(signal))
    expect([...listed.keys()]).toEqual(['BTC', 'ETH', 'xyz:XYZ100', 'xyz:GONE', 'xyz:SP500', 'km:US500'])
    expect(listed.get('xyz:SP500')).toMatchObject({
      base: 'SP500',
      quote: 'USDC',
      collateral: 'xyz:USDC',
      fees: { takerBps: 9, makerBps: 3 },
      // A delisted entry before it keeps its index.
      venue: { asset: 110_002 },
    })
    expect(listed.get('xyz:GONE')?.status).toBe('delisted')
    expect(listed.get('km:US500')).toMatchObject({
      quote: 'USDH',
      collateral: 'km:USDH',
      fees: { takerBps: 0.9, makerBps: 0.3 },
      venue: { asset: 130_000, onlyIsolated: true },
    })
    expect(listed.get('BTC')).not.toHaveProperty('collateral')
  })

  it('are all listed by "all", and none without being asked for', async () => {
    await using all = await start('all')
    expect(byId(await all.venue.instruments(signal)).has('km:US500')).toBe(true)
    await using none = await start([])
    expect([...byId(await none.venue.instruments(signal)).keys()]).toEqual(['BTC', 'ETH'])
    expect(none.server.requests.some(({ body }) => body.type === 'perpDexs')).toBe(false)
  })

  it.each([['nope'], ['XYZ']])(
    'that the venue does not list (%s) are refused at the start, with what it lists',
    async (dex) => {
      await expect(start([dex])).rejects.toThrow(new RegExp(`names ${dex}, .* it lists xyz, flx, km`))
    },
  )

  it('of which the answer is that of another exchange are refused: its asset ids would be wrong', async () => {
    const starting = start(['xyz'], (server) => void server.info.set('meta', () => ({ json: METAS[''] })))
    await expect(starting).rejects.toMatchObject({ code: 'malformed-answer' })
    const swapped = start(['xyz'], (server) => {
      server.info.set('meta', ({ dex }) => ({ json: METAS[dex === undefined ? 'xyz' : ''] }))
    })
    await expect(swapped).rejects.toThrow(/lists "xyz:XYZ100", which is not of it/)
  })

  it('of an unknown collateral are refused', async () => {
    const starting = start(['km'], (server) => void server.info.set('spotMeta', () => ({ json: { tokens: [] } })))
    await expect(starting).rejects.toThrow(/token 360, which spotMeta does not list/)
  })

  it('are traded under their ids; names of other dexes and of another case are not sent', async () => {
    await using started = await start(['xyz'])
    started.server.exchange = () => answer({ filled: { totalSz: '0.001', avgPx: '7000', oid: 1 } })
    const prepare = (name: string) =>
      started.venue.execution.prepare(
        request({ instrument: instrumentId(name), limitPrice: parseDecimal('7000') }),
        signal,
      )
    const order = await prepare('xyz:SP500')
    const { action } = JSON.parse(payloadOf(order).body) as { action: { orders: { a: number }[] } }
    expect(action.orders[0]?.a).toBe(110_002)
    expect(await started.venue.execution.submit(order, signal)).toMatchObject({ kind: 'filled' })
    for (const name of ['SP500', 'XYZ:SP500', 'xyz:sp500', 'km:US500', 'xyz:GONE', 'btc']) {
      await expect(prepare(name)).rejects.toMatchObject({ code: 'unknown-instrument' })
    }
  })

  it('are read again while running: a new listing of a dex is told', async () => {
    await using started = await start(['xyz'])
    started.server.info.set('meta', ({ dex }) => ({
      json:
        dex === 'xyz'
          ? { universe: [...(METAS.xyz as { universe: object[] }).universe, asset('xyz:NEW')], collateralToken: 0 }
          : METAS[''],
    }))
    started.clock.advance(300_000)
    await until('the event', () => started.context.events.length > 0)
    expect(started.context.events).toMatchObject([
      { type: 'instrument-listed', instrument: { id: 'xyz:NEW', venue: { asset: 110_003 } } },
    ])
  })

  it('of which one cannot be read leave the others as they were', async () => {
    await using started = await start(['xyz', 'km'])
    started.server.info.set('meta', ({ dex }) =>
      dex === 'km' ? { status: 500, text: 'null' } : { json: METAS[(dex ?? '') as string] },
    )
    started.clock.advance(300_000)
    await until('the warning', () => started.context.log.some(({ message }) => message.includes('could not be read')))
    expect(started.context.events).toEqual([])
    expect(byId(await started.venue.instruments(signal)).get('km:US500')?.status).toBe('trading')
  })
})

describe('names of coins', () => {
  it.each([
    ['BTC', ''],
    ['kPEPE', ''],
    ['xyz:SP500', 'xyz'],
    ['@107', null],
    ['PURR/USDC', null],
    ['#10', null],
    ['+10', null],
    ['', null],
    [':X', null],
    ['xyz:', null],
  ])('%s is of dex %s', (coin, dex) => expect(dexOfCoin(coin)).toBe(dex))

  it('count only of dexes that are traded', () => {
    expect(isChosenPerp('xyz:SP500', ['xyz'])).toBe(true)
    expect(isChosenPerp('xyz:SP500', 'all')).toBe(true)
    expect(isChosenPerp('km:US500', ['xyz'])).toBe(false)
    expect(isChosenPerp('BTC', [])).toBe(true)
    expect(isChosenPerp('@107', 'all')).toBe(false)
  })

  it('never share an asset id', () => {
    const place = fc.tuple(fc.nat({ max: 50 }), fc.nat({ max: 9999 }))
    fc.assert(
      fc.property(place, place, ([dexA, a], [dexB, b]) => {
        fc.pre(dexA !== dexB || a !== b)
        expect(assetId({ index: dexA }, a)).not.toBe(assetId({ index: dexB }, b))
      }),
    )
  })
})
