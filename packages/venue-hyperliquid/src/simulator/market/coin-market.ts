import { CoinPath, DAY_MS, HOUR_MS, MINUTE_MS } from './coin-path.ts'
import type { CoinProfile } from './coin-profile.ts'
import type { PathTrade } from './minute-trades.ts'
import type { PathBar } from './path-bar.ts'
import { flatBar, joinBars } from './path-bar.ts'
import { roundToTick } from './tick.ts'

/** From `at` on every price is multiplied by `factor`: a push given from outside. */
export interface PriceShock {
  readonly at: number
  readonly factor: number
}

/** A trade that an account of the simulator made: it prints like any other. */
export interface PrintedTrade extends PathTrade {
  readonly tid: number
  readonly hash: string
  readonly users: readonly [buyer: string, seller: string]
}

/** What in a coin's market is not a function of the seed. */
export interface CoinMarketState {
  readonly shocks: readonly PriceShock[]
  readonly prints: readonly PrintedTrade[]
}

/** One coin as it is seen from outside: the seeded path, pushed prices, and the accounts' own trades folded in. */
export class CoinMarket {
  readonly profile: CoinProfile
  readonly #path: CoinPath
  #shocks: PriceShock[] = []
  #prints: PrintedTrade[] = []

  constructor(profile: CoinProfile, seed: string) {
    this.profile = profile
    this.#path = new CoinPath(profile, seed)
  }

  get state(): CoinMarketState {
    return { shocks: this.#shocks, prints: this.#prints }
  }

  restore(state: CoinMarketState): void {
    this.#shocks = [...state.shocks]
    this.#prints = [...state.prints]
  }

  /** The price of the last market trade up to and including `at`. */
  priceAt(at: number): number {
    const trade = this.#lastPathTrade(at)
    return this.#scaled(trade?.price ?? this.#path.minute(startOf(at, MINUTE_MS)).open, at)
  }

  /** The aggressor of the last market trade: it tells on which side of the spread the price stands. */
  sideAt(at: number): 'B' | 'A' {
    return this.#lastPathTrade(at)?.side ?? 'B'
  }

  /** Moves the price to `price` from `at` on. */
  push(price: number, at: number): void {
    this.#shocks.push({ at, factor: price / this.priceAt(at) })
  }

  print(trade: PrintedTrade): void {
    this.#prints.push(trade)
  }

  /** Market trades with from < time <= to, oldest first. */
  pathTrades(from: number, to: number): PathTrade[] {
    const found: PathTrade[] = []
    for (let minute = startOf(from, MINUTE_MS); minute <= to; minute += MINUTE_MS) {
      for (const trade of this.#path.trades(minute)) {
        if (trade.time > from && trade.time <= to) found.push(this.#scaledTrade(trade))
      }
    }
    return found
  }

  /** The accounts' own trades with from < time <= to, oldest first. */
  printedTrades(from: number, to: number): PrintedTrade[] {
    return this.#prints.filter((trade) => trade.time > from && trade.time <= to)
  }

  /** The bar of [from, to), both aligned to minutes, as far as it has happened by `now`. */
  bar(from: number, to: number, now: number): PathBar {
    const end = Math.min(to, now + 1)
    let bar: PathBar | undefined
    const add = (piece: PathBar) => {
      bar = bar === undefined ? piece : joinBars(bar, piece)
    }
    let at = from
    while (at < end) {
      if (at % DAY_MS === 0 && at + DAY_MS <= end && !this.#shockedWithin(at, DAY_MS)) {
        add(this.#scaledBar(this.#path.day(at), at))
        at += DAY_MS
      } else if (at % HOUR_MS === 0 && at + HOUR_MS <= end && !this.#shockedWithin(at, HOUR_MS)) {
        add(this.#scaledBar(this.#path.hour(at), at))
        at += HOUR_MS
      } else {
        const whole = at + MINUTE_MS <= end && !this.#shockedWithin(at, MINUTE_MS)
        const piece = whole ? this.#scaledBar(this.#path.minute(at), at) : this.#barOfTrades(at, end)
        if (piece !== undefined) add(piece)
        at += MINUTE_MS
      }
    }
    return this.#withPrints(bar, from, end)
  }

  #barOfTrades(minute: number, end: number): PathBar | undefined {
    let bar: PathBar | undefined
    for (const trade of this.#path.trades(minute)) {
      if (trade.time >= end) break
      const price = this.#scaled(trade.price, trade.time)
      const piece: PathBar = { open: price, high: price, low: price, close: price, lots: trade.lots, trades: 1 }
      bar = bar === undefined ? piece : joinBars(bar, piece)
    }
    return bar
  }

  #withPrints(bar: PathBar | undefined, from: number, end: number): PathBar {
    const prints = this.#prints.length === 0 ? [] : this.#prints.filter((p) => p.time >= from && p.time < end)
    const [firstPrint] = prints
    const lastPrint = prints.at(-1)
    if (firstPrint === undefined || lastPrint === undefined) return bar ?? flatBar(this.priceAt(from))
    const prices = prints.map((trade) => trade.price)
    const lots = prints.reduce((sum, trade) => sum + trade.lots, 0)
    const first = bar === undefined ? undefined : this.#firstPathTradeTime(from, end)
    const last = this.#lastPathTrade(end - 1)?.time ?? Number.NEGATIVE_INFINITY
    return {
      open: bar === undefined || firstPrint.time < (first ?? 0) ? firstPrint.price : bar.open,
      high: Math.max(...prices, bar?.high ?? 0),
      low: Math.min(...prices, bar?.low ?? Number.POSITIVE_INFINITY),
      close: bar === undefined || lastPrint.time >= last ? lastPrint.price : bar.close,
      lots: lots + (bar?.lots ?? 0),
      trades: prints.length + (bar?.trades ?? 0),
    }
  }

  #firstPathTradeTime(from: number, end: number): number {
    for (let minute = from; minute < end; minute += MINUTE_MS) {
      const [trade] = this.#path.trades(minute)
      if (trade !== undefined) return trade.time
    }
    return end
  }

  #lastPathTrade(at: number): PathTrade | undefined {
    const minute = startOf(at, MINUTE_MS)
    return (
      this.#path.trades(minute).findLast((trade) => trade.time <= at) ?? this.#path.trades(minute - MINUTE_MS).at(-1)
    )
  }

  #shockedWithin(from: number, length: number): boolean {
    return this.#shocks.some((shock) => shock.at > from && shock.at < from + length)
  }

  #factor(at: number): number {
    return this.#shocks.reduce((factor, shock) => (shock.at <= at ? factor * shock.factor : factor), 1)
  }

  #scaled(price: number, at: number): number {
    return this.#shocks.length === 0 ? price : roundToTick(price * this.#factor(at), this.profile.szDecimals)
  }

  #scaledTrade(trade: PathTrade): PathTrade {
    return this.#shocks.length === 0 ? trade : { ...trade, price: this.#scaled(trade.price, trade.time) }
  }

  #scaledBar(bar: PathBar, at: number): PathBar {
    if (this.#shocks.length === 0) return bar
    const scale = (price: number) => this.#scaled(price, at)
    return { ...bar, open: scale(bar.open), high: scale(bar.high), low: scale(bar.low), close: scale(bar.close) }
  }
}

/** The start of the period of `length` ms that contains `at`. */
export function startOf(at: number, length: number): number {
  return Math.floor(at / length) * length
}
