import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { instrumentId } from '@portolan/core'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { metaShape } from '../../src/instruments/meta-shape.ts'
import { candleHistory, candleShape } from '../../src/market-data/candle-history.ts'
import { MidPrices } from '../../src/market-data/mid-prices.ts'
import { scanTrades } from '../../src/market-data/scan-trades.ts'
import { readTrades } from '../../src/market-data/trade-frame.ts'
import { decode } from '../../src/rest/decode.ts'
import { readFrame } from '../../src/socket/frame.ts'
import { startMarket } from '../harness/market.ts'

// Real answers of the venue, kept beside the repository and not in it.
const folder = fileURLToPath(new URL('../../../../../shared/data/hyperliquid/', import.meta.url))
const present = existsSync(folder)
const read = (file: string): unknown => JSON.parse(readFileSync(`${folder}${file}`, 'utf8'))

interface Interaction {
  readonly request: { readonly type?: string; readonly req?: { readonly interval?: string } }
  readonly response: unknown
}
/** Every recorded answer to a kind of question, with its file. */
const answers = (type: string): readonly (readonly [string, unknown])[] =>
  !present
    ? []
    : readdirSync(folder).flatMap((file) => {
        const { interactions = [] } = read(file) as { readonly interactions?: readonly Interaction[] }
        return interactions
          .filter(({ request }) => request.type === type)
          .map(({ response }) => [file, response] as const)
      })

describe.skipIf(!present)(
  'recorded market data (skipped where the folder ../shared/data/hyperliquid is absent)',
  () => {
    it.each(answers('allMids'))('%s: the mid of every coin is read', (_file, response) => {
      const mids = response as Readonly<Record<string, string>>
      const followers = Object.keys(mids).map((name) => ({ id: instrumentId(name), heardAt: 0 }))
      const prices = new MidPrices()
      expect(prices.update({ mids }, followers, 0)).toBeNull()
      for (const { id } of followers) expect(Number(prices.price(id))).toBe(Number(mids[id]))
      expect(followers.length).toBeGreaterThan(5)
    })

    it('a frame of mids is data of its channel', () => {
      const frame = readFrame(JSON.stringify(read('nautilus_ws_allmids.json')))
      if (frame.kind !== 'data') throw new Error(`it is ${frame.kind}`)
      const prices = new MidPrices()
      expect(prices.update(frame.data, [{ id: instrumentId('SOL'), heardAt: 0 }], 0)).toBeNull()
      expect(prices.price(instrumentId('SOL'))).toBe('94.8775')
    })

    it('recent trades of REST are read as those of the socket, newest first', () => {
      const frame = readTrades(read('nautilus_http_recent_trades_btc.json'))
      if (!frame.ok) throw new Error(frame.why)
      const [batch] = frame.batches
      expect(batch?.trades.map(({ ts }) => ts)).toEqual([1769916002000, 1769916001000, 1769916000000])
      expect(batch?.trades[0]).toMatchObject({ price: '104320', quantity: '0.015', side: 'sell' })
    })

    it('frames of trades are read alike from the text and in the ordinary way, the replay after a subscription among them', () => {
      const frames = (read('ws_captured_frames.json') as readonly { frame: { channel: string; data?: unknown } }[])
        .map(({ frame }) => frame)
        .filter(({ channel }) => channel === 'trades')
      expect(frames.length).toBeGreaterThan(2)
      for (const frame of frames) {
        const ordinary = readTrades(frame.data)
        expect(ordinary.ok && ordinary.batches).toEqual(scanTrades(JSON.stringify(frame), Number.MAX_SAFE_INTEGER))
        // The replay comes oldest first, and several trades share a moment.
        const times = ordinary.ok ? ordinary.batches.flatMap(({ trades }) => trades.map(({ ts }) => ts)) : []
        expect(times).toEqual(times.toSorted((a, b) => a - b))
      }
    })

    it('the last candle of a snapshot, which is running, is no bar before its time is over', async () => {
      const [recorded] = answers('candleSnapshot')
      if (recorded === undefined) throw new Error('there is none')
      const [, response] = recorded
      const candles = decode(z.array(candleShape), response, 'candleSnapshot')
      const last = candles.at(-1)
      const before = candles.at(-2)
      if (last === undefined || before === undefined) throw new Error('it is too short')
      const length = last.bar.ts - before.bar.ts
      expect([60_000, 300_000, 900_000, 3_600_000, 14_400_000, 86_400_000]).toContain(length)
      const timeframe = length === 60_000 ? '1m' : length === 3_600_000 ? '1h' : length === 900_000 ? '15m' : '1d'
      const read = (now: number) =>
        candleHistory(
          { ask: async (_request, schema) => decode(schema, response, 'candleSnapshot') },
          { now: () => now },
          {
            instrument: instrumentId(last.coin),
            timeframe,
            from: 0,
            to: now + length,
            signal: AbortSignal.timeout(60_000),
          },
        )
      expect((await read(last.bar.ts + length - 1)).at(-1)).toEqual(before.bar)
      expect((await read(last.bar.ts + length)).at(-1)).toEqual(last.bar)
    })

    it.each(answers('metaAndAssetCtxs'))('%s: the metadata beside the contexts of assets', (_file, response) => {
      const [meta] = decode(z.tuple([metaShape], z.unknown()), response, 'metaAndAssetCtxs')
      expect(meta.universe.length).toBeGreaterThan(0)
    })

    it('frames of channels that were not asked for are counted, and move nothing', async () => {
      await using market = await startMarket(['BTC'])
      market.want(['BTC'])
      await market.passUntil('live', () => market.kind('BTC') === 'live')
      const before = market.context.events.length
      const others = [
        read('nautilus_ws_all_dexs_asset_ctxs.json'),
        { channel: 'l2Book', data: read('nautilus_ws_book_data.json') },
        { channel: 'l2Book', data: read('nautilus_http_l2_book_btc.json') },
        ...(read('ws_captured_frames.json') as readonly { frame: { channel: string } }[])
          .map(({ frame }) => frame)
          .filter(({ channel }) =>
            ['l2Book', 'bbo', 'candle', 'activeAssetCtx', 'userFills', 'orderUpdates'].includes(channel),
          ),
      ]
      for (const frame of others) market.server.broadcast(frame)
      await market.passUntil('counted', () => market.venue.refusedFrames === others.length, 5000)
      expect(market.context.events).toHaveLength(before)
      expect(market.server.connections).toHaveLength(1)
    })
  },
)
