import type { Bar, Instrument, InstrumentId, Timeframe, Trade } from '@portolan/core'
import { BarBuilder, decimalFromNumber, instrumentId, parseDecimal, TIMEFRAME_MS, TIMEFRAMES } from '@portolan/core'

export const MINUTE = TIMEFRAME_MS['1m']
/** The market begins here: a whole day. */
export const BEGIN = Date.UTC(2026, 0, 5)

/** A market that a seed makes: trades of some tokens, in waves long enough for trends. */
export class SyntheticMarket {
  readonly instruments: readonly Instrument[]
  readonly end: number
  readonly #trades: ReadonlyMap<InstrumentId, readonly Trade[]>
  readonly #bars = new Map<string, readonly Bar[]>()

  constructor(tokens: readonly string[], options: { readonly minutes: number; readonly seed: number }) {
    this.end = BEGIN + options.minutes * MINUTE
    this.instruments = tokens.map(instrumentOf)
    this.#trades = new Map(
      this.instruments.map(({ id }, index) => [
        id,
        tradesOf(options.seed + 1_000 * index, options.minutes, 100 * (index + 1)),
      ]),
    )
  }

  /** `from <= ts < to` */
  trades(id: InstrumentId, from: number, to: number): readonly Trade[] {
    const all = this.#trades.get(id) ?? []
    return all.slice(firstAt(all, from), firstAt(all, to))
  }

  /** As the venue itself would give them. */
  bars(id: InstrumentId, timeframe: Timeframe, from: number, to: number): readonly Bar[] {
    const key = `${id} ${timeframe}`
    let bars = this.#bars.get(key)
    if (bars === undefined) {
      const builder = new BarBuilder({ timeframes: TIMEFRAMES, graceMs: 0 })
      builder.startAt(BEGIN)
      builder.addTrades(this.trades(id, BEGIN, this.end))
      const closed = builder.closeUntil(this.end)
      for (const of of TIMEFRAMES) {
        this.#bars.set(
          `${id} ${of}`,
          closed.filter((entry) => entry.timeframe === of).map((entry) => entry.bar),
        )
      }
      bars = this.#bars.get(key) ?? []
    }
    return bars.slice(firstAt(bars, from), firstAt(bars, to))
  }
}

function instrumentOf(token: string): Instrument {
  return {
    id: instrumentId(token),
    base: token,
    quote: 'USDC',
    status: 'trading',
    sizing: {
      price: { kind: 'tick', tick: parseDecimal('0.001') },
      quantityStep: parseDecimal('0.001'),
      minQuantity: parseDecimal('0'),
      minNotional: parseDecimal('1'),
      maxQuantity: null,
      maxNotional: null,
      maxLeverage: 1,
      closeExemptFromMinimums: true,
      buyUnit: 'base',
      quoteStep: parseDecimal('0.01'),
    },
    fees: { takerBps: 4.5, makerBps: 1.5 },
    marketCapUsd: null,
  }
}

function tradesOf(seed: number, minutes: number, start: number): Trade[] {
  const random = randomOf(seed)
  const trades: Trade[] = []
  let price = start
  let drift = 0
  for (let minute = 0; minute < minutes; minute += 1) {
    if (minute % 180 === 0) drift = (random() - 0.48) * 0.0008
    // Some minutes pass without a trade.
    const count = Math.floor(random() * 5)
    const times = Array.from({ length: count }, () => Math.floor(random() * MINUTE)).sort((a, b) => a - b)
    for (const [index, offset] of times.entries()) {
      price = Math.max(start / 20, price * (1 + drift / 2 + (random() - 0.5) * 0.003))
      trades.push({
        id: `${minute}-${index}`,
        ts: BEGIN + minute * MINUTE + offset,
        price: decimalFromNumber(Math.round(price * 1000) / 1000),
        quantity: decimalFromNumber(Math.ceil(random() * 1000) / 100),
        side: random() < 0.5 ? 'buy' : 'sell',
      })
    }
  }
  return trades
}

/** mulberry32: small, seeded, good enough for prices. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

function firstAt(items: readonly { readonly ts: number }[], ts: number): number {
  let low = 0
  let high = items.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((items[middle]?.ts ?? Number.POSITIVE_INFINITY) < ts) low = middle + 1
    else high = middle
  }
  return low
}
