import type { Trade } from '@portolan/core'
import { priceIn } from './market-number.ts'
import type { TradeBatch } from './trade-frame.ts'

/** How the venue begins every message of trades. */
const HEAD = '{"channel":"trades","data":['
const QUOTE = 34
const COMMA = 44
const OPEN_LIST = 91
const CLOSE_LIST = 93
const OPEN_OBJECT = 123
const CLOSE_OBJECT = 125
const ZERO_DIGIT = 48
const NINE_DIGIT = 57
const SELL = 65
const BUY = 66

/** What begins a field of a trade, in the order in which the venue writes them, so that each is found at the first try. */
const NAMES = ['"coin":', '"side":', '"px":', '"sz":', '"time":', '"hash":', '"tid":', '"users":'] as const
const [COIN, SIDE, PX, SZ, TIME, TID, USERS] = [0, 1, 2, 3, 4, 6, 7] as const
/** All of them but the last, as bits. */
const NEEDED = 127

/**
 * Reads a message of trades straight from its text, in less time than `JSON.parse` takes: what nobody reads of it (hashes, users) is passed over unread. Only for
 * the form in which the venue writes it. `null` says nothing about the message: it is to be read in the ordinary way then, which also tells what is wrong.
 * @param latest a trade after this time (ms) is no trade but an accident.
 */
export function scanTrades(text: string, latest: number): readonly TradeBatch[] | null {
  // With escapes, the end of a string would not be where the next quote is.
  if (!text.startsWith(HEAD) || text.includes('\\')) return null
  const scan = new TradeScan(text, HEAD.length)
  const batches: TradeBatch[] = []
  let batch: TradeBatch | undefined
  for (;;) {
    const trade = scan.trade(latest)
    if (trade === null) return null
    if (batch !== undefined && batch.coin === scan.coin) batch.trades.push(trade)
    else {
      batch = { coin: scan.coin, trades: [trade] }
      batches.push(batch)
    }
    const after = scan.next()
    if (after === COMMA) continue
    return after === CLOSE_LIST && scan.next() === CLOSE_OBJECT && scan.isAtEnd ? batches : null
  }
}

class TradeScan {
  readonly #text: string
  #at: number
  /** Of the trade that was read last. */
  coin = ''

  constructor(text: string, at: number) {
    this.#text = text
    this.#at = at
  }

  get isAtEnd(): boolean {
    return this.#at === this.#text.length
  }

  next(): number {
    const code = this.#text.charCodeAt(this.#at)
    this.#at += 1
    return code
  }

  /** The object that comes next; `null` when it is not in the usual form. */
  trade(latest: number): Trade | null {
    if (this.next() !== OPEN_OBJECT) return null
    const text = this.#text
    let seen = 0
    let side: Trade['side'] = null
    let price: Trade['price'] | null = null
    let quantity: Trade['quantity'] | null = null
    let ts = -1
    let time = ''
    let tid = ''
    for (let expected = 0; ; expected += 1) {
      const field = this.#field(expected)
      const bit = 1 << field
      if (field < 0 || (seen & bit) !== 0) return null
      seen |= bit
      const from = this.#at
      const isSkipped =
        field === USERS ? this.#skipStrings() : field === TIME || field === TID ? true : this.#skipString()
      if (!isSkipped) return null
      const end = this.#at - 1
      switch (field) {
        case COIN:
          this.coin = text.slice(from + 1, end)
          if (!isName(this.coin)) return null
          break
        case SIDE: {
          const letter = end === from + 2 ? text.charCodeAt(from + 1) : 0
          if (letter !== BUY && letter !== SELL) return null
          side = letter === BUY ? 'buy' : 'sell'
          break
        }
        case PX:
          price = priceIn(text, from + 1, end)
          break
        case SZ:
          quantity = priceIn(text, from + 1, end)
          break
        case TIME:
          ts = this.#count()
          if (ts < 0 || ts > latest) return null
          time = text.slice(from, this.#at)
          break
        case TID:
          if (this.#count() < 0) return null
          tid = text.slice(from, this.#at)
          break
        default:
        // Hash and users: nobody reads them.
      }
      const after = this.next()
      if (after === COMMA) continue
      if (after !== CLOSE_OBJECT || (seen & NEEDED) !== NEEDED || price === null || quantity === null) return null
      return { id: `${time}-${tid}`, ts, price, quantity, side }
    }
  }

  /** Which field begins here, -1 for none of those that are known. */
  #field(expected: number): number {
    for (let tried = 0; tried < NAMES.length; tried += 1) {
      const field = (expected + tried) & (NAMES.length - 1)
      const name = NAMES[field]
      if (name !== undefined && this.#skip(name)) return field
    }
    return -1
  }

  #skip(name: string): boolean {
    const text = this.#text
    const at = this.#at
    for (let i = 0; i < name.length; i += 1) if (text.charCodeAt(at + i) !== name.charCodeAt(i)) return false
    this.#at = at + name.length
    return true
  }

  #skipString(): boolean {
    if (this.next() !== QUOTE) return false
    const end = this.#text.indexOf('"', this.#at)
    this.#at = end + 1
    return end !== -1
  }

  /** A list of strings that is not empty. */
  #skipStrings(): boolean {
    if (this.next() !== OPEN_LIST) return false
    for (;;) {
      if (!this.#skipString()) return false
      const after = this.next()
      if (after === CLOSE_LIST) return true
      if (after !== COMMA) return false
    }
  }

  /** A whole number from 0 on; -1 for anything else. */
  #count(): number {
    const text = this.#text
    const start = this.#at
    let at = start
    let value = 0
    for (; ; at += 1) {
      const code = text.charCodeAt(at)
      if (!(code >= ZERO_DIGIT && code <= NINE_DIGIT)) break
      value = value * 10 + (code - ZERO_DIGIT)
    }
    this.#at = at
    const hasLeadingZero = at > start + 1 && text.charCodeAt(start) === ZERO_DIGIT
    return at === start || hasLeadingZero || value > Number.MAX_SAFE_INTEGER ? -1 : value
  }
}

/** Whether it is a name without control characters, which JSON does not allow. */
function isName(text: string): boolean {
  for (let i = 0; i < text.length; i += 1) if (text.charCodeAt(i) < 32) return false
  return text !== ''
}
