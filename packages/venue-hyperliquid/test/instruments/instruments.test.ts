import { instrumentId } from '@portolan/core'
import { describe, expect, it } from 'vitest'
import venue from '../../src/index.ts'
import { startVenue } from '../harness/started-venue.ts'
import { until } from '../harness/until.ts'

const signal = new AbortController().signal
const keyless = { context: { signer: null, roles: ['data'] } } as const
const asset = (name: string, changes: object = {}) => ({ name, szDecimals: 2, maxLeverage: 10, ...changes })

describe('instruments', () => {
  it('carry the rules of the venue as data', async () => {
    await using started = await startVenue(keyless)
    const [btc, , matic] = await started.venue.instruments(signal)
    expect(btc).toEqual({
      id: 'BTC',
      base: 'BTC',
      quote: 'USDC',
      status: 'trading',
      marketCapUsd: null,
      sizing: {
        price: { kind: 'significant-figures', figures: 5, maxDecimals: 1, integersAlways: true },
        quantityStep: '0.00001',
        minQuantity: '0.00001',
        minNotional: '10',
        maxQuantity: null,
        maxNotional: '30000000',
        maxLeverage: 40,
        closeExemptFromMinimums: true,
        buyUnit: 'base',
        quoteStep: '0.000001',
      },
      fees: { takerBps: 4.5, makerBps: 1.5 },
      venue: { asset: 0, szDecimals: 5, onlyIsolated: false },
    })
    expect(matic).toMatchObject({ id: 'MATIC', status: 'delisted' })
  })

  it('are read again while running, and what changed is told', async () => {
    await using started = await startVenue(keyless)
    expect(started.context.events).toEqual([])
    const universe = [
      asset('BTC', { szDecimals: 5, maxLeverage: 40 }),
      asset('ETH', { szDecimals: 4, maxLeverage: 25, isDelisted: true }),
      asset('MATIC', { szDecimals: 1, maxLeverage: 20, isDelisted: true }),
      asset('NEW', { onlyIsolated: true }),
    ]
    started.server.info.set('meta', () => ({ json: { universe } }))
    started.clock.advance(300_000)
    await until('events', () => started.context.events.length > 0)
    expect(started.context.events).toEqual([
      { type: 'instrument-delisted', instrument: expect.objectContaining({ id: 'ETH', status: 'delisted' }) },
      {
        type: 'instrument-listed',
        instrument: expect.objectContaining({ id: 'NEW', venue: { asset: 3, szDecimals: 2, onlyIsolated: true } }),
      },
    ])
    universe[0] = asset('BTC', { szDecimals: 5, maxLeverage: 20 })
    started.clock.advance(300_000)
    await until('a change', () => started.context.events.length === 3)
    expect(started.context.events.at(-1)).toMatchObject({
      type: 'instrument-changed',
      instrument: { sizing: { maxLeverage: 20 } },
    })
  })

  it('of which one is at the place of another leave only exits open, with the ids that were read before', async () => {
    await using started = await startVenue(keyless)
    const before = await started.venue.instruments(signal)
    const btc = instrumentId('BTC')
    const told = started.server.info.get('meta')
    if (told === undefined) throw new Error('no metadata')
    // Without the first entry all others have another's id.
    const shifted = [asset('ETH', { szDecimals: 4 }), asset('MATIC', { szDecimals: 1, isDelisted: true })]
    started.server.info.set('meta', () => ({ json: { universe: shifted } }))
    started.clock.advance(300_000)
    const gate = () => started.venue.canTradeNow(btc, started.clock.now())
    await until('doubt', () => gate().state === 'exit-only')
    expect(await started.venue.instruments(signal)).toEqual(before)
    expect(started.context.events).toEqual([])
    started.server.info.set('meta', told)
    started.clock.advance(300_000)
    await until('trust', () => gate().state === 'open')
  })

  it('that can no longer be read leave only exits open', async () => {
    await using started = await startVenue(keyless)
    started.server.info.set('meta', () => ({ status: 500, text: '' }))
    const [btc] = await started.venue.instruments(signal)
    if (btc === undefined) throw new Error('no instrument')
    started.clock.advance(900_000)
    expect(started.venue.canTradeNow(btc.id, started.clock.now()).state).toBe('open')
    started.clock.advance(1)
    expect(started.venue.canTradeNow(btc.id, started.clock.now())).toMatchObject({
      state: 'exit-only',
      reason: 'stale-data',
    })
  })

  it('are known offline, but without the ids that orders need', () => {
    const offline = venue.offlineInstruments?.() ?? []
    expect(offline.length).toBeGreaterThan(100)
    expect(offline.find((each) => each.id === 'BTC')).toMatchObject({ status: 'trading', venue: { asset: null } })
    expect(new Set(offline.map((each) => each.id)).size).toBe(offline.length)
  })

  it('that cannot be read at the start are an error that says which field is wrong', async () => {
    const universe = [asset('BTC', { szDecimals: '5' })]
    const starting = startVenue({
      ...keyless,
      script: (server) => void server.info.set('meta', () => ({ json: { universe } })),
    })
    await expect(starting).rejects.toThrow(/info meta: field universe\.0\.szDecimals/)
  })

  it('close the gate before the first reading', async () => {
    await using started = await startVenue(keyless)
    const fresh = venue.create(started.context)
    const [btc] = await started.venue.instruments(signal)
    if (btc === undefined) throw new Error('no instrument')
    expect(fresh.canTradeNow(btc.id, 0)).toMatchObject({ state: 'closed', reason: 'not-connected' })
    await fresh[Symbol.asyncDispose]()
  })
})
