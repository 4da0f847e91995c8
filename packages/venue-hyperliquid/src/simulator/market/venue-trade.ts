import type { CoinMarket, PrintedTrade } from './coin-market.ts'
import { startOf } from './coin-market.ts'
import { MINUTE_MS } from './coin-path.ts'
import type { PathTrade } from './minute-trades.ts'
import { Random, seedOf } from './random.ts'
import { lotsText, numberText } from './tick.ts'

/** A trade as `trades` and `recentTrades` carry it. */
export interface VenueTrade {
  readonly coin: string
  readonly side: 'B' | 'A'
  readonly px: string
  readonly sz: string
  readonly time: number
  readonly hash: string
  readonly tid: number
  readonly users: readonly [buyer: string, seller: string]
}

const ZERO_HASH = `0x${'0'.repeat(64)}`

/** The market's own trades with from < time <= to, oldest first. */
export function marketTrades(market: CoinMarket, seed: string, from: number, to: number): VenueTrade[] {
  const ordinal = new Map<string, number>()
  return market.pathTrades(from, to).map((trade) => {
    // Several market trades may share a millisecond: their place among them keeps their ids apart and repeatable.
    const place = ordinal.get(String(trade.time)) ?? 0
    ordinal.set(String(trade.time), place + 1)
    return venueTrade(market, identified(market.profile.coin, seed, trade, place))
  })
}

/** Trades of the market and of accounts in order of time; at the same time the market's come first. */
export function mergeTrades(market: readonly VenueTrade[], printed: readonly VenueTrade[]): readonly VenueTrade[] {
  return printed.length === 0 ? market : [...market, ...printed].sort((a, b) => a.time - b.time)
}

/** The last `count` trades up to `now`, oldest first. */
export function lastVenueTrades(market: CoinMarket, seed: string, count: number, now: number): VenueTrade[] {
  let found: VenueTrade[] = []
  const start = startOf(now, MINUTE_MS)
  for (let minute = start; found.length < count && minute > start - 60 * MINUTE_MS; minute -= MINUTE_MS) {
    const end = Math.min(now, minute + MINUTE_MS - 1)
    const printed = market.printedTrades(minute - 1, end).map((trade) => venueTrade(market, trade))
    found = [...mergeTrades(marketTrades(market, seed, minute - 1, end), printed), ...found]
  }
  return found.slice(-count)
}

function identified(coin: string, seed: string, trade: PathTrade, place: number): PrintedTrade {
  const random = new Random(seedOf(seed, coin, 'tid', trade.time, place))
  const transaction = new Random(seedOf(seed, coin, 'hash', trade.time))
  const user = () => `0x${new Random(seedOf(seed, 'user', random.int(200))).hex(40)}`
  return {
    ...trade,
    tid: random.int(0x40000) * 0x1_0000_0000 + random.uint32(),
    hash: transaction.next() < 0.2 ? ZERO_HASH : `0x${transaction.hex(64)}`,
    users: [user(), user()],
  }
}

/** A trade as the venue prints it. */
export function venueTrade(market: CoinMarket, trade: PrintedTrade): VenueTrade {
  const { coin, szDecimals } = market.profile
  return {
    coin,
    side: trade.side,
    px: numberText(trade.price, 6),
    sz: lotsText(trade.lots, szDecimals),
    time: trade.time,
    hash: trade.hash,
    tid: trade.tid,
    users: trade.users,
  }
}
