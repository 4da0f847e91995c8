import { instrumentId, parseDecimal } from '@portolan/core'
import { describe, expect, it } from 'vitest'
import { hyperliquidOptions } from '../../src/options.ts'
import { answer, refusal, request, startTrading } from '../harness/scripted-orders.ts'
import type { ScriptedVenue } from '../harness/scripted-venue.ts'
import type { StartedVenue } from '../harness/started-venue.ts'

const signal = new AbortController().signal
const META = {
  universe: [
    { name: 'BTC', szDecimals: 5, maxLeverage: 40 },
    { name: 'SMALL', szDecimals: 2, maxLeverage: 3, onlyIsolated: true },
    { name: 'STRICT', szDecimals: 2, maxLeverage: 5, marginMode: 'strictIsolated' },
  ],
}

const start = (options: object, at?: { readonly type: string; readonly value: number }) =>
  startTrading({
    options: { ...options },
    script: (server: ScriptedVenue) => {
      server.info.set('meta', () => ({ json: META }))
      if (at !== undefined) server.info.set('activeAssetData', () => ({ json: { leverage: at } }))
      server.exchange = (body) =>
        (body.action as { type: string }).type === 'updateLeverage'
          ? { json: { status: 'ok', response: { type: 'default' } } }
          : answer({ filled: { totalSz: '1', avgPx: '100', oid: 1 } })
    },
  })

async function enter({ venue, server }: StartedVenue, coin: string, changes: object = {}) {
  const order = request({
    instrument: instrumentId(coin),
    quantity: parseDecimal('1'),
    limitPrice: parseDecimal('100'),
    ...changes,
  })
  const outcome = await venue.execution.submit(await venue.execution.prepare(order, signal), signal)
  const set = server.requests
    .filter(({ path }) => path === '/exchange')
    .map(({ body }) => body.action as { type: string; isCross?: boolean; leverage?: number; asset?: number })
    .filter(({ type }) => type === 'updateLeverage')
    .map(({ asset, isCross, leverage }) => ({ asset, isCross, leverage }))
  return { outcome, set }
}

describe('leverage', () => {
  it('is lowered, with a warning, to what the instrument allows', async () => {
    await using started = await start({ leverage: 10 })
    const { set, outcome } = await enter(started, 'SMALL')
    expect(set).toEqual([{ asset: 1, isCross: false, leverage: 3 }])
    expect(outcome).toMatchObject({ kind: 'filled' })
    expect(
      started.context.log.some(({ level, message }) => level === 'warn' && message.includes('less leverage')),
    ).toBe(true)
  })

  it('is isolated where the config says so, and where nothing else is allowed', async () => {
    await using started = await start({ leverage: 2, marginMode: 'isolated' })
    expect((await enter(started, 'BTC')).set).toEqual([{ asset: 0, isCross: false, leverage: 2 }])
    await using cross = await start({ leverage: 2, marginMode: 'cross' })
    await enter(cross, 'BTC')
    expect((await enter(cross, 'STRICT')).set).toEqual([
      { asset: 0, isCross: true, leverage: 2 },
      { asset: 2, isCross: false, leverage: 2 },
    ])
  })

  it('is left as it is at the venue when nothing is said of it', async () => {
    await using started = await start({})
    expect((await enter(started, 'BTC')).set).toEqual([])
  })

  it('above the cap is lowered before the first entry, and below it is left', async () => {
    await using above = await start({ maxLeverage: 5 }, { type: 'cross', value: 20 })
    expect((await enter(above, 'BTC')).set).toEqual([{ asset: 0, isCross: true, leverage: 5 }])
    await using below = await start({ maxLeverage: 5 }, { type: 'cross', value: 4 })
    expect((await enter(below, 'BTC')).set).toEqual([])
  })

  it('keeps its height when only the margin mode is said', async () => {
    await using isolated = await start({ marginMode: 'isolated' }, { type: 'cross', value: 20 })
    expect((await enter(isolated, 'BTC')).set).toEqual([{ asset: 0, isCross: false, leverage: 20 }])
    await using already = await start({ marginMode: 'isolated' }, { type: 'isolated', value: 20 })
    expect((await enter(already, 'BTC')).set).toEqual([])
    await using both = await start({ marginMode: 'cross', maxLeverage: 5 }, { type: 'isolated', value: 20 })
    expect((await enter(both, 'BTC')).set).toEqual([{ asset: 0, isCross: true, leverage: 5 }])
  })

  it('that cannot be asked of the venue keeps an entry from being sent, and never an exit', async () => {
    await using started = await start({ maxLeverage: 5 })
    await expect(enter(started, 'BTC')).rejects.toMatchObject({ name: 'VenueError' })
    const { outcome, set } = await enter(started, 'BTC', { side: 'sell', reduceOnly: true })
    expect(outcome.kind).toBe('filled')
    expect(set).toEqual([])
  })

  it('that the venue refuses rejects the entry with its reason', async () => {
    await using started = await start({ leverage: 2, marginMode: 'isolated' })
    started.server.exchange = () => refusal('Cannot switch leverage type with open position.')
    expect((await enter(started, 'BTC')).outcome).toMatchObject({ kind: 'rejected', reason: 'leverage' })
  })

  it('above the cap is a mistake of the config', () => {
    const result = hyperliquidOptions.safeParse({ leverage: 10, maxLeverage: 5 })
    expect(result.error?.issues[0]).toMatchObject({ path: ['leverage'], message: '10 is more than maxLeverage (5)' })
  })
})
