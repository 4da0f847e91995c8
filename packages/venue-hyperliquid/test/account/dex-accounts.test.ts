import { describe, expect, it } from 'vitest'
import type { ScriptedVenue } from '../harness/scripted-venue.ts'
import { startVenue } from '../harness/started-venue.ts'

const signal = new AbortController().signal

const position = (coin: string, szi: string) => ({ type: 'oneWay', position: { coin, szi, entryPx: '10.0' } })
const state = (accountValue: string, withdrawable: string, ...assetPositions: object[]) => ({
  marginSummary: { accountValue },
  withdrawable,
  assetPositions,
  time: 1,
})
const order = (coin: string, oid: number) => ({
  coin,
  side: 'A',
  limitPx: '11.0',
  sz: '1.0',
  origSz: '1.0',
  oid,
  timestamp: 1,
  reduceOnly: false,
  cloid: null,
})
const asset = (name: string) => ({ name, szDecimals: 2, maxLeverage: 20 })

const STATES: Record<string, object> = {
  '': state('100.0', '90.0', position('BTC', '0.5')),
  xyz: state('50.0', '40.0', position('xyz:SP500', '-2.0')),
  km: state('7.0', '7.0'),
}
const ORDERS: Record<string, object[]> = {
  '': [order('BTC', 1), order('@107', 2), { coin: 'PURR/USDC', anything: true }],
  xyz: [order('xyz:SP500', 3)],
  km: [],
}

function script(server: ScriptedVenue): void {
  server.info.set('perpDexs', () => ({ json: [null, { name: 'xyz' }, { name: 'km' }] }))
  server.info.set('spotMeta', () => ({
    json: {
      tokens: [
        { name: 'USDC', index: 0 },
        { name: 'USDH', index: 360 },
      ],
    },
  }))
  server.info.set('meta', ({ dex }) => ({
    json:
      dex === undefined
        ? { universe: [asset('BTC')], collateralToken: 0 }
        : { universe: [asset(`${dex as string}:SP500`)], collateralToken: dex === 'km' ? 360 : 0 },
  }))
  server.info.set('clearinghouseState', ({ dex = '' }) => ({ json: STATES[dex as string] }))
  server.info.set('frontendOpenOrders', ({ dex = '' }) => ({ json: ORDERS[dex as string] }))
}
const start = (more: (server: ScriptedVenue) => void = () => undefined) =>
  startVenue({
    options: { dexes: ['xyz', 'km'] },
    script: (server) => {
      script(server)
      more(server)
    },
  })

describe('the accounts of the dexes', () => {
  it('are balances of their own, by the collateral of each', async () => {
    await using started = await start()
    expect(await started.venue.account.balances(signal)).toEqual([
      { asset: 'USDC', total: '100', available: '90' },
      { asset: 'xyz:USDC', total: '50', available: '40' },
      { asset: 'km:USDH', total: '7', available: '7' },
    ])
    // The names are those that the instruments say they are paid from.
    const paid = (await started.venue.instruments(signal)).map(({ collateral, quote }) => collateral ?? quote)
    expect(paid).toEqual(['USDC', 'xyz:USDC', 'km:USDH'])
  })

  it('are one spot balance per asset in a unified account', async () => {
    const balances = [
      { coin: 'USDC', total: '30.0', hold: '10.0' },
      { coin: 'HYPE', total: '1.0', hold: '0.0' },
    ]
    await using started = await start((server) => {
      server.info.set('userAbstraction', () => ({ json: 'unifiedAccount' }))
      server.info.set('spotClearinghouseState', () => ({ json: { balances } }))
    })
    expect(await started.venue.account.balances(signal)).toEqual([
      { asset: 'USDC', total: '30', available: '20' },
      { asset: 'xyz:USDC', total: '30', available: '20' },
      { asset: 'km:USDH', total: '0', available: '0' },
    ])
  })

  it('are read together for positions and orders; what is no perpetual is left out, whatever it looks like', async () => {
    await using started = await start()
    expect(await started.venue.account.positions(signal)).toEqual([
      { instrument: 'BTC', quantity: '0.5', averageEntry: '10' },
      { instrument: 'xyz:SP500', quantity: '-2', averageEntry: '10' },
    ])
    const orders = await started.venue.account.openOrders(signal)
    expect(orders.map(({ orderId, instrument, sealedId }) => [orderId, instrument, sealedId])).toEqual([
      ['1', 'BTC', null],
      ['3', 'xyz:SP500', null],
    ])
  })

  it('fail together: one that cannot be read is not empty', async () => {
    await using started = await start()
    started.server.info.set('clearinghouseState', ({ dex }) =>
      dex === 'km' ? { status: 500, text: 'null' } : { json: STATES[(dex ?? '') as string] },
    )
    started.server.info.set('frontendOpenOrders', ({ dex }) =>
      dex === 'km' ? { status: 500, text: 'null' } : { json: ORDERS[(dex ?? '') as string] },
    )
    await expect(started.venue.account.positions(signal)).rejects.toMatchObject({ code: 'unavailable' })
    await expect(started.venue.account.balances(signal)).rejects.toMatchObject({ code: 'unavailable' })
    await expect(started.venue.account.openOrders(signal)).rejects.toMatchObject({ code: 'unavailable' })
  })

  it('are refused when a dex answers with the positions of another: they would count twice', async () => {
    await using started = await start()
    started.server.info.set('clearinghouseState', () => ({ json: STATES[''] }))
    await expect(started.venue.account.positions(signal)).rejects.toThrow(/dex xyz has a position in BTC/)
  })
})
