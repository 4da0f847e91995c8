import type { Trade } from '@portolan/core'
import { isCount, readPrice } from './market-number.ts'

/** Trades of one instrument, oldest first. */
export interface TradeBatch {
  readonly coin: string
  readonly trades: Trade[]
}

/** Trades of one frame; or the coin of a frame that is not as it should be, where it can be told. */
export type TradeFrame =
  | { readonly ok: true; readonly batches: readonly TradeBatch[] }
  | { readonly ok: false; readonly coin: string | null; readonly why: string }

/**
 * Reads the data of channel `trades`, or an answer to `recentTrades`: whole or not at all, because a frame of which a part cannot be read must not move a bar.
 * Written by hand: it runs for every trade of the market.
 * @param latest a trade after this time (ms) is no trade but an accident.
 */
export function readTrades(data: unknown, latest: number = Number.MAX_SAFE_INTEGER): TradeFrame {
  if (!Array.isArray(data)) return { ok: false, coin: null, why: 'the data is no list' }
  const batches: TradeBatch[] = []
  let batch: TradeBatch | undefined
  for (const item of data as readonly unknown[]) {
    if (!isObject(item)) return { ok: false, coin: coinOfAny(data), why: 'a trade is no object' }
    const { coin } = item
    if (typeof coin !== 'string' || coin === '') {
      return { ok: false, coin: coinOfAny(data), why: 'field coin is not as expected' }
    }
    const trade = readTrade(item, latest)
    if (typeof trade === 'string') return { ok: false, coin, why: `field ${trade} is not as expected` }
    if (batch?.coin === coin) batch.trades.push(trade)
    else {
      batch = { coin, trades: [trade] }
      batches.push(batch)
    }
  }
  return { ok: true, batches }
}

/** The coin that a text which is no whole message names, so that what was lost can be told. */
export function coinInText(text: string): string | null {
  return /"coin"\s*:\s*"([^"\\]{1,64})"/.exec(text.slice(0, 1000))?.[1] ?? null
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

/** All trades of a frame are of one coin: whichever of them names it. */
function coinOfAny(data: readonly unknown[]): string | null {
  for (const item of data) {
    if (isObject(item) && typeof item.coin === 'string' && item.coin !== '') return item.coin
  }
  return null
}

/** The trade, or the name of the field at fault. */
function readTrade(item: Readonly<Record<string, unknown>>, latest: number): Trade | string {
  const { side, time, tid } = item
  if (side !== 'B' && side !== 'A') return 'side'
  if (!isCount(time) || time > latest) return 'time'
  if (!isCount(tid)) return 'tid'
  const price = readPrice(item.px)
  if (price === null) return 'px'
  const quantity = readPrice(item.sz)
  if (quantity === null) return 'sz'
  // `tid` is a hash of 50 bits and not unique by itself.
  return { id: `${time}-${tid}`, ts: time, price, quantity, side: side === 'B' ? 'buy' : 'sell' }
}
