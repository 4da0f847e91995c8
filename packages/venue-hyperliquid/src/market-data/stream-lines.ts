import type { InstrumentId } from '@portolan/core'
import type { HyperliquidOptions } from '../options.ts'
import type { StreamLine } from './stream-line.ts'

/** Connections left for the account's stream, and for trying suspects. */
const OTHER_CONNECTIONS = 2

/** The connections among which the streams are shared out: one, unless one is configured to carry less than all. A coin stays where it is. */
export class StreamLines {
  readonly #limits: HyperliquidOptions['limits']
  readonly #open: () => StreamLine
  #lines: readonly StreamLine[] = []
  #dexes = 0

  constructor(limits: HyperliquidOptions['limits'], open: () => StreamLine) {
    this.#limits = limits
    this.#open = open
  }

  /** Subscriptions that they hold of the budget. */
  get subscriptions(): number {
    return this.#lines.reduce((sum, line) => sum + line.subscriptions, 0)
  }

  /** Of how many dexes each carries the mids. */
  get dexes(): number {
    return this.#dexes
  }

  /** Whether mids arrive over one of them at least. */
  get haveMids(): boolean {
    return this.#lines.some((line) => line.hasMids)
  }

  /** How many coins they can carry with so many subscriptions, of which every connection spends one on the mids of each dex. */
  capacity(subscriptions: number, dexes: number): number {
    const { subscriptionsPerConnection: each, connections } = this.#limits
    const most = Math.max(1, connections - OTHER_CONNECTIONS)
    const lines = Math.min(most, Math.max(1, Math.ceil(subscriptions / each)))
    return Math.max(0, Math.min(subscriptions, lines * each) - lines * dexes)
  }

  /** Which connection carries a coin. */
  of(coin: InstrumentId): StreamLine | undefined {
    return this.#lines.find((line) => line.coins.has(coin))
  }

  want(coins: readonly InstrumentId[], dexes: readonly string[]): void {
    this.#dexes = dexes.length
    const room = Math.max(1, this.#limits.subscriptionsPerConnection - dexes.length)
    const needed = Math.max(1, Math.ceil(coins.length / room))
    while (this.#lines.length < needed) this.#lines = [...this.#lines, this.#open()]
    const wanted = new Set(coins)
    const shares = this.#lines.map((line) => [...line.coins].filter((coin) => wanted.has(coin)).slice(0, room))
    const placed = new Set(shares.flat())
    for (const coin of coins) {
      if (placed.has(coin)) continue
      shares.find((share) => share.length < room)?.push(coin)
    }
    for (const [index, line] of this.#lines.entries()) line.want(shares[index] ?? [], dexes)
  }

  check(): void {
    for (const line of this.#lines) line.check()
  }

  stop(): void {
    for (const line of this.#lines) line.stop()
    this.#lines = []
  }
}
