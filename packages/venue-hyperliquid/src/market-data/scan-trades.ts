import type { Trade } from '@portolan/core'
import { priceIn } from './market-number.ts'
import type { TradeBatch } from './trade-frame.ts'

/** How the venue begins every message of trades. */
const HEAD = '{"channel":"trades","data":['
const QUOTE = 34
const COMMA = 44
const COLON = 58
const OPEN_LIST = 91
const BACKSLASH = 92
const CLOSE_LIST = 93
const OPEN_OBJECT = 123
const CLOSE_OBJECT = 125
const ZERO_DIGIT = 48
const NINE_DIGIT = 57
const FIRST_PRINTABLE = 32

/** Fields of a trade, as bits: each is there once. */
const FIELDS: readonly { readonly name: string; readonly bit: number }[] = [
  { name: 'coin', bit: 1 },
  { name: 'side', bit: 2 },
  { name: 'px', bit: 4 },
  { name: 'sz', bit: 8 },
  { name: 'time', bit: 16 },
  { name: 'hash', bit: 32 },
  { name: 'tid', bit: 64 },
  { name: 'users', bit: 128 },
]
const NEEDED = 1 + 2 + 4 + 8 + 16 + 64

/**
 * Reads a message of trades straight from its text, in a fraction of the time of `JSON.parse`: what nobody reads of it (hashes, users) is skipped. Only for the
 * form in which the venue writes it. `null` says nothing about the message: it is to be read in the ordinary way then, which also tells what is wrong with it.
 * @param latest a trade after this time (ms) is no trade but an accident.
 */
export function scanTrades(text: string, latest: number): readonly TradeBatch[] | null {
  return text.startsWith(HEAD) ? new Scan(text, latest).batches() : null
}

class Scan {
  readonly #text: string
  readonly #latest: number
  #at = HEAD.length
  /** Bounds of the string that was read last. */
  #from = 0
  #to = 0

  constructor(text: string, latest: number) {
    this.#text = text
    this.#latest = latest
  }

  batches(): readonly TradeBatch[] | null {
    const batches: TradeBatch[] = []
    let batch: TradeBatch | undefined
    for (;;) {
      if (this.#next() !== OPEN_OBJECT) return null
      const { coin, trade } = this.#trade()
      if (trade === null) return null
      if (batch?.coin === coin) batch.trades.push(trade)
      else {
        batch = { coin, trades: [trade] }
        batches.push(batch)
      }
      const after = this.#next()
      if (after === COMMA) continue
      const isWhole = after === CLOSE_LIST && this.#next() === CLOSE_OBJECT && this.#at === this.#text.length
      return isWhole ? batches : null
    }
  }

  #trade(): { readonly coin: string; readonly trade: Trade | null } {
    const nothing = { coin: '', trade: null }
    let seen = 0
    let coin = ''
    let side: Trade['side'] = null
    let price: Trade['price'] | null = null
    let quantity: Trade['quantity'] | null = null
    let ts = -1
    let tid = -1
    for (;;) {
      const bit = this.#field()
      if (bit === 0 || (seen & bit) !== 0) return nothing
      seen |= bit
      switch (bit) {
        case 1:
          if (!this.#string() || this.#from === this.#to) return nothing
          coin = this.#text.slice(this.#from, this.#to)
          break
        case 2: {
          if (!this.#string() || this.#to - this.#from !== 1) return nothing
          const letter = this.#text.charCodeAt(this.#from)
          if (letter !== 65 && letter !== 66) return nothing
          side = letter === 66 ? 'buy' : 'sell'
          break
        }
        case 4:
          if (!this.#string()) return nothing
          price = priceIn(this.#text, this.#from, this.#to)
          break
        case 8:
          if (!this.#string()) return nothing
          quantity = priceIn(this.#text, this.#from, this.#to)
          break
        case 16:
          ts = this.#count()
          break
        case 32:
          if (!this.#string()) return nothing
          break
        case 64:
          tid = this.#count()
          break
        default:
          if (!this.#strings()) return nothing
      }
      const after = this.#next()
      if (after === COMMA) continue
      if (after !== CLOSE_OBJECT || (seen & NEEDED) !== NEEDED) return nothing
      break
    }
    if (price === null || quantity === null || ts < 0 || ts > this.#latest || tid < 0) return nothing
    return { coin, trade: { id: `${ts}-${tid}`, ts, price, quantity, side } }
  }

  #next(): number {
    const code = this.#text.charCodeAt(this.#at)
    this.#at += 1
    return code
  }

  /** Bit of the field of which the name comes next; 0 for an unknown one. */
  #field(): number {
    if (!this.#string() || this.#next() !== COLON) return 0
    const length = this.#to - this.#from
    for (const { name, bit } of FIELDS) {
      if (name.length === length && this.#text.startsWith(name, this.#from)) return bit
    }
    return 0
  }

  /** Goes over a string without escapes. */
  #string(): boolean {
    if (this.#next() !== QUOTE) return false
    const text = this.#text
    let at = this.#at
    this.#from = at
    for (; ; at += 1) {
      const code = text.charCodeAt(at)
      if (code === QUOTE) break
      // Also at the end of the text, where there is no code.
      if (!(code >= FIRST_PRINTABLE) || code === BACKSLASH) return false
    }
    this.#to = at
    this.#at = at + 1
    return true
  }

  /** Goes over a list of strings that is not empty. */
  #strings(): boolean {
    if (this.#next() !== OPEN_LIST) return false
    for (;;) {
      if (!this.#string()) return false
      const after = this.#next()
      if (after === CLOSE_LIST) return true
      if (after !== COMMA) return false
    }
  }

  /** A whole number from 0 on; -1 for anything else. */
  #count(): number {
    const start = this.#at
    let value = 0
    for (let code = this.#text.charCodeAt(start); ; code = this.#text.charCodeAt(this.#at)) {
      if (!(code >= ZERO_DIGIT && code <= NINE_DIGIT)) break
      value = value * 10 + (code - ZERO_DIGIT)
      this.#at += 1
    }
    const digits = this.#at - start
    const hasLeadingZero = digits > 1 && this.#text.charCodeAt(start) === ZERO_DIGIT
    return digits === 0 || hasLeadingZero || !Number.isSafeInteger(value) ? -1 : value
  }
}
