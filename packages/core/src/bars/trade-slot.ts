import type { Trade } from '../contract/events.ts'
import type { Bar } from '../market/bar.ts'
import { decimalValue } from './decimal-value.ts'
import { SeenTrades } from './seen-trades.ts'

/** The trades of one interval so far. JSON. */
export interface TradeSlotState {
  readonly ts: number
  readonly open: number
  readonly openTs: number
  readonly high: number
  readonly low: number
  readonly close: number
  readonly closeTs: number
  readonly volume: number
  readonly ids: readonly string[]
}

/** Gathers the trades of one interval. Open is the earliest trade, close the latest; among trades of one time the order of arrival decides. */
export class TradeSlot {
  readonly ts: number
  #open = 0
  #openTs = Number.POSITIVE_INFINITY
  #high = Number.NEGATIVE_INFINITY
  #low = Number.POSITIVE_INFINITY
  #close = 0
  #closeTs = Number.NEGATIVE_INFINITY
  #volume = 0
  readonly #seen = new SeenTrades()

  constructor(ts: number, state?: TradeSlotState) {
    this.ts = ts
    if (state === undefined) return
    this.#open = state.open
    this.#openTs = state.openTs
    this.#high = state.high
    this.#low = state.low
    this.#close = state.close
    this.#closeTs = state.closeTs
    this.#volume = state.volume
    for (const id of state.ids) this.#seen.restore(id)
  }

  /** Returns whether the trade was new. */
  add(trade: Trade): boolean {
    if (!this.#seen.add(trade)) return false
    const price = decimalValue(trade.price)
    if (trade.ts < this.#openTs) {
      this.#open = price
      this.#openTs = trade.ts
    }
    if (trade.ts >= this.#closeTs) {
      this.#close = price
      this.#closeTs = trade.ts
    }
    if (price > this.#high) this.#high = price
    if (price < this.#low) this.#low = price
    this.#volume += decimalValue(trade.quantity)
    return true
  }

  /** Nothing more can be added: the ids, by which duplicates are known, are let go. */
  seal(): void {
    this.#seen.clear()
  }

  bar(origin: 'traded' | 'repaired'): Bar {
    const [open, high, low, close, volume] = [this.#open, this.#high, this.#low, this.#close, this.#volume]
    return { ts: this.ts, open, high, low, close, volume, origin }
  }

  snapshot(): TradeSlotState {
    return {
      ts: this.ts,
      open: this.#open,
      openTs: this.#openTs,
      high: this.#high,
      low: this.#low,
      close: this.#close,
      closeTs: this.#closeTs,
      volume: this.#volume,
      ids: this.#seen.ids(),
    }
  }
}
