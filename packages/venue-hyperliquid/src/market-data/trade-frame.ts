import type { DecimalString, Trade } from '@portolan/core'
import { InvalidDecimalError, parseDecimal, ZERO } from '@portolan/core'

/** Trades of one frame by coin, each list oldest first; or the coin of a frame that is not as it should be, where it can be told. */
export type TradeFrame =
  | { readonly ok: true; readonly byCoin: ReadonlyMap<string, readonly Trade[]> }
  | { readonly ok: false; readonly coin: string | null; readonly why: string }

/**
 * Reads the data of channel `trades`: whole or not at all, because a frame of which a part cannot be read must not move a bar.
 * Written by hand: it runs for every trade of the market.
 */
export function readTrades(data: unknown): TradeFrame {
  if (!Array.isArray(data)) return { ok: false, coin: null, why: 'the data is no list' }
  const byCoin = new Map<string, Trade[]>()
  for (const item of data as readonly unknown[]) {
    const coin = coinOf(item)
    if (coin === null) return { ok: false, coin, why: 'field coin is not as expected' }
    const trade = readTrade(item as Readonly<Record<string, unknown>>)
    if (typeof trade === 'string') return { ok: false, coin, why: `field ${trade} is not as expected` }
    const trades = byCoin.get(coin)
    if (trades === undefined) byCoin.set(coin, [trade])
    else trades.push(trade)
  }
  return { ok: true, byCoin }
}

function coinOf(item: unknown): string | null {
  if (typeof item !== 'object' || item === null || !('coin' in item)) return null
  return typeof item.coin === 'string' && item.coin !== '' ? item.coin : null
}

/** The trade, or the name of the field at fault. */
function readTrade(item: Readonly<Record<string, unknown>>): Trade | string {
  const { side, time, tid } = item
  if (side !== 'B' && side !== 'A') return 'side'
  if (!isCount(time)) return 'time'
  if (!isCount(tid)) return 'tid'
  const price = positive(item.px)
  if (price === null) return 'px'
  const quantity = positive(item.sz)
  if (quantity === null) return 'sz'
  // `tid` is a hash of 50 bits and not unique by itself.
  return { id: `${time}-${tid}`, ts: time, price, quantity, side: side === 'B' ? 'buy' : 'sell' }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function positive(value: unknown): DecimalString | null {
  if (typeof value !== 'string') return null
  try {
    const amount = parseDecimal(value)
    return amount === ZERO || amount.startsWith('-') ? null : amount
  } catch (error) {
    if (error instanceof InvalidDecimalError) return null
    throw error
  }
}
