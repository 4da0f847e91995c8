import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseDecimal } from '@portolan/core'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import {
  clearinghouseShape,
  orderShape,
  orderStatusShape,
  spotBalancesShape,
  userRoleShape,
} from '../../src/account/account-shapes.ts'
import { fillShape, toFill } from '../../src/account/fill-shape.ts'
import { readAnswer } from '../../src/execution/exchange-client.ts'
import { outcomeOfAnswer } from '../../src/execution/order-answer.ts'
import { classOfStatus } from '../../src/execution/order-status.ts'
import { metaShape } from '../../src/instruments/meta-shape.ts'
import { OWN, perpInstrument } from '../../src/instruments/perp-instrument.ts'
import { candleShape } from '../../src/market-data/candle-history.ts'
import { readTrades } from '../../src/market-data/trade-frame.ts'
import { decode } from '../../src/rest/decode.ts'
import { namedInError, readFrame, subscriptionKey } from '../../src/socket/frame.ts'

// Real answers of the venue, kept beside the repository and not in it.
const folder = fileURLToPath(new URL('../../../../../shared/data/hyperliquid/', import.meta.url))
const present = existsSync(folder)
const read = (file: string): unknown => JSON.parse(readFileSync(`${folder}${file}`, 'utf8'))

const historical = z.array(z.object({ order: orderShape, status: z.string() }))
const DECODERS: Readonly<Record<string, z.ZodType>> = {
  meta: metaShape,
  candleSnapshot: z.array(candleShape),
  clearinghouseState: clearinghouseShape,
  frontendOpenOrders: z.array(orderShape),
  historicalOrders: historical,
  orderStatus: orderStatusShape,
  userFillsByTime: z.array(fillShape),
  userRole: userRoleShape,
}

// Answers of 2023 lack fields that the venue has since added and that the adapter needs.
const TOO_OLD: Readonly<Record<string, string>> = {
  'pysdk_user_state.json clearinghouseState': 'field time',
}

/** The field that an error names. */
function faultOf(run: () => unknown): string | null {
  try {
    run()
    return null
  } catch (error) {
    return /field [\w.]+/.exec(String(error))?.[0] ?? String(error)
  }
}

interface Interaction {
  readonly request: { readonly type?: string }
  readonly response: unknown
}

function interactions(): readonly (readonly [string, string, unknown])[] {
  if (!present) return []
  const found: [string, string, unknown][] = []
  for (const file of readdirSync(folder)) {
    const content = read(file) as { readonly interactions?: readonly Interaction[] }
    for (const { request, response } of content.interactions ?? []) {
      if (request.type !== undefined && request.type in DECODERS) found.push([file, request.type, response])
    }
  }
  return found
}

describe.skipIf(!present)('recorded answers (skipped where the folder ../shared/data/hyperliquid is absent)', () => {
  it.each(interactions())('%s: %s', (file, type, response) => {
    const decoder = DECODERS[type]
    if (decoder === undefined) throw new Error(`no decoder for ${type}`)
    expect(faultOf(() => decode(decoder, response, type))).toBe(TOO_OLD[`${file} ${type}`] ?? null)
  })

  it('are enough to mean something', () => {
    expect(interactions().length).toBeGreaterThan(25)
    expect(new Set(interactions().map(([, type]) => type)).size).toBe(Object.keys(DECODERS).length)
  })

  it('of fills keep liquidations, rebates and spot conversions apart', () => {
    const fills = decode(z.array(fillShape), read('nautilus_http_user_fills_dust_conversion.json'), 'fills')
    expect(fills.map((fill) => toFill(fill, '0x00').id)[0]).toBe('1782526679879:481029459465:17679709382320')
    const frame = read('nautilus_ws_user_fill_liquidation.json') as { data: { fills: unknown } }
    const [fill] = decode(z.array(fillShape), frame.data.fills, 'fills')
    if (fill === undefined) throw new Error('no fill')
    expect(toFill(fill, '0x00')).not.toHaveProperty('cause')
    expect(toFill(fill, '0x360878d351f05975e25f1807a27895e1e5e004fb').cause).toBe('liquidation')
  })

  it('of balances and odd metadata are read', () => {
    const spot = decode(spotBalancesShape, read('nautilus_http_spot_clearinghouse_state.json'), 'spot')
    expect(spot.balances[0]).toMatchObject({ coin: 'USDC', total: '14.625485' })
    const meta = decode(metaShape, read('nautilus_http_meta_perp_sample.json'), 'meta')
    expect(meta.universe.map((asset, index) => perpInstrument(asset, OWN, index).status)).toEqual([
      'trading',
      'trading',
      'trading',
    ])
  })

  it('of every listed asset give an instrument, with the index as its id', () => {
    const [first] = interactions().filter(([file]) => file === 'testnet_sonirico_Meta.json')
    const meta = decode(metaShape, first?.[2], 'meta')
    const instruments = meta.universe.map((asset, index) => perpInstrument(asset, OWN, index))
    expect(instruments[3]).toMatchObject({ id: 'MATIC', status: 'delisted', venue: { asset: 3 } })
    expect(instruments[15]).toMatchObject({ id: 'kPEPE', sizing: { quantityStep: '1', price: { maxDecimals: 6 } } })
  })

  it('of orders become outcomes', () => {
    const outcomes = (file: string) =>
      (read(file) as { interactions: readonly (Interaction & { status: number })[] }).interactions.map((each) => {
        const answer = readAnswer({ status: each.status, text: JSON.stringify(each.response), retryAfterMs: null })
        return answer.kind === 'ok' ? outcomeOfAnswer(answer.response, parseDecimal('100'), '') : answer
      })
    expect(outcomes('testnet_sonirico_Orders_Above10.json')).toMatchObject([
      { kind: 'resting', orderId: '41545810396' },
    ])
    expect(outcomes('testnet_sonirico_Orders_Below10.json')).toMatchObject([
      { kind: 'rejected', reason: 'min-notional' },
    ])
    expect(outcomes('testnet_sonirico_Orders_InvalidAuth.json')).toMatchObject([{ kind: 'refused' }])
  })

  it('of the exchange, verbatim, are all understood', () => {
    const { items } = read('testnet_exchange_transcript_2026-09.json') as {
      items: readonly { request: string; response: { status?: string; response?: unknown } }[]
    }
    const orders = items.filter(({ request }) => request.startsWith('order '))
    expect(orders.length).toBeGreaterThan(4)
    const kinds = orders.map(({ request, response }) => {
      const answer = readAnswer({ status: 200, text: JSON.stringify(response), retryAfterMs: null })
      return [
        request,
        answer.kind === 'ok' ? outcomeOfAnswer(answer.response, parseDecimal('0.00015'), '').kind : answer.kind,
      ]
    })
    expect(Object.fromEntries(kinds)).toEqual({
      'order reduceOnly IOC sell, no position': 'rejected',
      'order open long 0.00015 BTC IOC': 'filled',
      'order reduceOnly IOC sell 0.0003 against position 0.00015 (capped, no error)': 'filled',
      'order with expiresAfter in the past': 'refused',
      'order resting reduceOnly GTC sell @ +20%': 'resting',
    })
  })

  it('of the socket are all frames of the protocol, and the replay of trades is read whole', () => {
    const frames = read('ws_captured_frames.json') as readonly { frame: { channel: string; data?: unknown } }[]
    const messages = frames.map(({ frame }) => readFrame(JSON.stringify(frame)))
    const keys = messages.map((message) => (message.kind === 'ack' ? subscriptionKey(message.subscription) : null))
    expect(keys.filter((key) => key !== null)).toEqual([
      'l2Book:BTC',
      'l2Book:BTC',
      'userFills:0x31ca8395cf837de08b24da3f660e77761dfb974b',
      'bbo:BTC',
    ])
    expect(messages.filter((message) => message.kind === 'malformed')).toEqual([])
    const errors = messages.map((message) => (message.kind === 'error' ? namedInError(message.message)?.key : null))
    expect(errors.filter((key) => key !== null)).toEqual(['l2Book:SOL', undefined, 'trades:ETH'])
    const dataOf = (channel: string) =>
      messages.flatMap((message) => (message.kind === 'data' && message.channel === channel ? [message.data] : []))
    const updates = dataOf('orderUpdates').map((data) => decode(historical, data, 'orderUpdates'))
    expect(updates.flat().map((update) => classOfStatus(update.status))).toEqual(['rejected'])
    const trades = dataOf('trades').map((data) => {
      const result = readTrades(data)
      return result.ok ? result.batches.flatMap((batch) => batch.trades).length : result.why
    })
    expect(trades).toEqual([1, 2, 12])
  })
})
