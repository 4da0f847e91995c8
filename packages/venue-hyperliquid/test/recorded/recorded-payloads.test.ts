import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseDecimal } from '@portolan/core'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { accountFrames } from '../../src/account/account-frames.ts'
import {
  clearinghouseShape,
  openOrdersOf,
  orderShape,
  orderStatusShape,
  spotBalancesShape,
  userRoleShape,
} from '../../src/account/account-shapes.ts'
import { fillShape, toFill } from '../../src/account/fill-shape.ts'
import { fundingShape, toPayment } from '../../src/account/funding-payment.ts'
import { rateLimitShape } from '../../src/execution/address-allowance.ts'
import { readAnswer } from '../../src/execution/exchange-client.ts'
import { activeAssetShape } from '../../src/execution/leverage-setting.ts'
import { outcomeOfAnswer } from '../../src/execution/order-answer.ts'
import { classOfStatus } from '../../src/execution/order-status.ts'
import { OWN_DEX } from '../../src/instruments/dex.ts'
import { metaShape, perpDexsShape, spotTokensShape } from '../../src/instruments/meta-shape.ts'
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
  frontendOpenOrders: openOrdersOf(OWN_DEX),
  openOrders: openOrdersOf(OWN_DEX),
  perpDexs: perpDexsShape,
  activeAssetData: activeAssetShape,
  userRateLimit: rateLimitShape,
  userFunding: z.array(fundingShape),
  userFills: z.array(fillShape),
  userTwapSliceFills: z.array(z.object({ fill: fillShape })),
  historicalOrders: historical,
  orderStatus: orderStatusShape,
  userFillsByTime: z.array(fillShape),
  userRole: userRoleShape,
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
  it.each(interactions())('%s: %s', (_file, type, response) => {
    const decoder = DECODERS[type]
    if (decoder === undefined) throw new Error(`no decoder for ${type}`)
    expect(faultOf(() => decode(decoder, response, type))).toBeNull()
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

  it('of dust that was converted are left out, and of netted vaults said not to be orders', () => {
    const fills = read('nautilus_http_user_fills_dust_conversion.json')
    const user = `0x${'00'.repeat(20)}`
    const frame = decode(accountFrames([]).userFills, { user, isSnapshot: true, fills }, 'userFills')
    expect(frame.fills.map((fill) => [fill.coin, toFill(fill, user).cause ?? 'order'])).toEqual([
      ['ARB', 'order'],
      ['JUP', 'order'],
      ['MANTA', 'settlement'],
    ])
  })

  it('of funding are received when positive: a long at a negative rate, a short at a positive one', () => {
    const payments = interactions()
      .filter(([, type]) => type === 'userFunding')
      .flatMap(([, , response]) => response as { delta: { szi: string; fundingRate: string } & object; time: number }[])
    expect(payments.length).toBeGreaterThan(100)
    for (const payment of payments) {
      const { time, delta } = fundingShape.parse(payment)
      const { amount, id, at } = toPayment({ time, coin: delta.coin, usdc: delta.usdc })
      const isReceived = Number(payment.delta.szi) * Number(payment.delta.fundingRate) < 0
      const agrees = Number(amount) === 0 || Number(amount) > 0 === isReceived
      expect([payment, agrees]).toEqual([payment, true])
      expect([id, at]).toEqual([`funding:${time}:${delta.coin}`, time])
    }
  })

  it('of cancels and of every other action are clear answers', () => {
    const kinds = new Set<string>()
    for (const file of readdirSync(folder)) {
      const content = read(file) as {
        readonly interactions?: readonly (Interaction & { url: string; status: number })[]
      }
      for (const { url, status, response } of content.interactions ?? []) {
        if (!url.endsWith('/exchange')) continue
        kinds.add(readAnswer({ status, text: JSON.stringify(response), retryAfterMs: null }).kind)
      }
    }
    expect([...kinds].sort()).toEqual(['ok', 'refused'])
  })

  it('of collateral other than USDC name it', () => {
    const metas = decode(z.array(metaShape), read('nautilus_http_all_perp_metas_non_usdc_collateral.json'), 'metas')
    const { tokens } = decode(spotTokensShape, read('nautilus_http_spot_meta_non_usdc_collateral.json'), 'spotMeta')
    const names = metas.map((meta) => tokens.find(({ index }) => index === meta.collateralToken)?.name)
    expect(names).toEqual(['USDC', 'USDH', 'USDE'])
  })

  it('of a state without its sums are refused, since the balance is among them', () => {
    const state = read('nautilus_http_clearinghouse_state_negative_total_raw_usd.json')
    expect(faultOf(() => decode(clearinghouseShape, state, 'state'))).toBe('field marginSummary')
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
