import type { Clock, RefusedCount } from '@portolan/core'
import type { ChainAccount } from '../../instruments/account-reader.ts'
import type { InstrumentFeed } from '../feed/instrument-feed.ts'
import type { PoolUnits } from './pool-price.ts'
import { poolDepth, poolTrade } from './pool-price.ts'
import type { ReserveChange, Reserves, Side } from './pool-reserves.ts'
import { PoolReserves } from './pool-reserves.ts'
import { readVault } from './vault-account.ts'

/** The source's name in feed status. */
export const POOL = 'pool'

export interface PoolWatchParts {
  readonly mint: string
  readonly vaults: readonly [string, string]
  readonly feed: InstrumentFeed
  readonly clock: Clock
  readonly malformed: RefusedCount
  /** How long the second vault of a swap may come after the first, ms. */
  readonly settleMs: number
  /** Decimals, and the worth of the pool's other mint; `null` while they are not known. */
  units(quoteMint: string): PoolUnits | null
}

/** How many times `settleMs` until the next try: where the vaults are none, and where the other side has no price yet. */
const FAULTY = 25
const UNPRICED = 5
const MOST_HELD = 512

/** What a reading of both vaults is wanted for. `catch-up`: the stream begins, or began anew. `settle`: it told half of a change, or something unreadable. */
export type ReadingNeed = 'catch-up' | 'settle'

/** One constant-product pool as the price of a token: the stream of its two vaults, and readings where the stream is in doubt. */
export class PoolWatch {
  readonly #parts: PoolWatchParts
  readonly #reserves = new PoolReserves()
  readonly #watched = new Set<string>()
  readonly #sides = new Map<string, Side>()
  #quoteMint: string | null = null
  #need: ReadingNeed | null = null
  #needSince = 0
  /** No reading is worth trying before this time, ms. */
  #notBefore = 0
  /** What came while no reading had closed the hole before it. */
  #held: { readonly vault: string; readonly slot: number; readonly account: ChainAccount | null }[] = []
  /** A reading older than this cannot close the hole before the stream. */
  #fromSlot = 0
  /** When stream and reading last agreed, ms. */
  #verifiedAt = 0
  /** A routine reading that the stream has yet to explain. */
  #unexplained: { readonly reading: Reserves; readonly at: number } | null = null

  constructor(parts: PoolWatchParts) {
    this.#parts = parts
  }

  get vaults(): readonly [string, string] {
    return this.#parts.vaults
  }
  get need(): ReadingNeed | null {
    return this.#need
  }
  /** Since when a reading is needed, ms. */
  get needSince(): number {
    return this.#needSince
  }
  /** Whether a reading is needed and worth trying at this time (ms). */
  isDue(now: number): boolean {
    return this.#need !== null && now >= this.#notBefore
  }

  /** The pool's other mint; `null` before the first reading. */
  get quoteMint(): string | null {
    return this.#quoteMint
  }
  get #isLive(): boolean {
    const { state } = this.#parts.feed
    return state.kind === 'live' && state.source.name === POOL
  }

  /** USD in the pool; `null` while nobody knows. */
  get depthUsd(): number | null {
    const { last } = this.#reserves
    const units = this.#quoteMint === null ? null : this.#parts.units(this.#quoteMint)
    return last === null || units === null ? null : poolDepth(last, units)
  }

  /** The node watches the vault from this slot on. */
  onWatched(vault: string, slot: number): void {
    if (this.#watched.has(vault)) return
    this.#watched.add(vault)
    this.#fromSlot = Math.max(this.#fromSlot, slot)
    if (this.#watched.size === 2) this.#require('catch-up')
  }

  onAccount(vault: string, slot: number, account: ChainAccount | null): void {
    if (!this.#isLive || this.#need === 'catch-up') {
      this.#hold(vault, slot, account)
      return
    }
    const side = this.#sides.get(vault)
    if (side === undefined) return
    const read = account === null ? null : readVault(account)
    if (read === null || read.mint !== (side === 'base' ? this.#parts.mint : this.#quoteMint)) {
      this.#parts.malformed.add(POOL, `a notification of vault ${vault}`)
      this.#require('settle')
      return
    }
    for (const change of this.#reserves.onVault(side, slot, read.amount, this.#parts.clock.now())) this.#tell(change)
  }

  /** Both vaults at one slot, in the order of `vaults`. */
  onReading(slot: number, accounts: readonly [ChainAccount | null, ChainAccount | null]): void {
    const reading = this.#read(slot, accounts)
    if (reading === null) {
      this.lose(this.#parts.clock.now())
      this.#wait(FAULTY)
      return
    }
    const told = this.#reserves.last
    // A node that lags behind the stream says nothing about what the stream may have missed.
    if (slot < (told?.slot ?? 0) || slot < this.#fromSlot) return
    if (this.#need === null) this.#compare(reading)
    else this.#settle(this.#need, reading)
  }

  /** Time passes: halves that stay halves, and readings that the stream never explained. */
  onTime(): void {
    const { clock, settleMs } = this.#parts
    const now = clock.now()
    if (this.#need === null && this.#reserves.isInDoubt(now - settleMs)) this.#require('settle')
    const open = this.#unexplained
    if (open === null || now - open.at < settleMs) return
    this.#unexplained = null
    const change = this.#reserves.onReading(open.reading)
    if (change === null || !this.#isLive) return
    this.#parts.malformed.add(POOL, `the stream lost a change of ${this.#parts.mint}`)
    this.#tell(change, true)
    this.#parts.feed.missed(this.#verifiedAt, now)
    this.#verifiedAt = now
  }

  /** The stream is gone; until then it was whole. */
  onDown(since: number): void {
    this.#watched.clear()
    this.#held = []
    this.#fromSlot = 0
    this.lose(since)
  }

  /** It delivers no price any more. */
  lose(since: number): void {
    this.#unexplained = null
    this.#need = this.#watched.size === 2 ? 'catch-up' : null
    this.#needSince = this.#parts.clock.now()
    this.#parts.feed.down(POOL, this.#parts.clock.now(), since)
  }

  #require(need: ReadingNeed): void {
    if (this.#need === 'catch-up') return
    if (this.#need === null) this.#needSince = this.#parts.clock.now()
    this.#need = need
  }

  #settle(need: ReadingNeed, reading: Reserves): void {
    const { feed, clock } = this.#parts
    const units = this.#quoteMint === null ? null : this.#parts.units(this.#quoteMint)
    // Without the worth of the other side there is no price: the need stays.
    if (units === null) {
      this.#wait(UNPRICED)
      return
    }
    const now = clock.now()
    const told = this.#reserves.last
    const change = this.#reserves.onReading(reading)
    this.#need = null
    this.#verifiedAt = now
    if (need === 'catch-up') {
      // Every swap leaves a fee in the pool, so that balances which are exactly as before mean that nothing was traded meanwhile.
      const isWhole = told !== null && change === null && feed.source?.name === POOL
      feed.up({ kind: 'stream', name: POOL }, now, isWhole ? Number.NEGATIVE_INFINITY : now)
    }
    if (change !== null) this.#tell(change, need === 'catch-up')
    const held = this.#held
    this.#held = []
    for (const { vault, slot, account } of held) this.onAccount(vault, slot, account)
  }

  #hold(vault: string, slot: number, account: ChainAccount | null): void {
    if (this.#held.length >= MOST_HELD) this.#held.shift()
    this.#held.push({ vault, slot, account })
  }

  #wait(times: number): void {
    this.#notBefore = this.#parts.clock.now() + times * this.#parts.settleMs
  }

  /** A routine reading agrees with the stream, or is a little ahead of it. */
  #compare(reading: Reserves): void {
    const told = this.#reserves.last
    const now = this.#parts.clock.now()
    if (told === null || (told.base === reading.base && told.quote === reading.quote)) this.#verifiedAt = now
    else this.#unexplained = { reading, at: now }
  }

  #tell(change: ReserveChange, isPartial = false): void {
    const { feed, clock, malformed, mint } = this.#parts
    const now = clock.now()
    const units = this.#quoteMint === null ? null : this.#parts.units(this.#quoteMint)
    const trade = units === null ? null : poolTrade(change, units, now, isPartial)
    if (trade !== null) {
      feed.trade(trade)
      return
    }
    malformed.add(POOL, `the pool of ${mint} is empty, or the worth of its other side is unknown`)
    this.lose(now)
  }

  #read(slot: number, accounts: readonly [ChainAccount | null, ChainAccount | null]): Reserves | null {
    const { mint, vaults, malformed } = this.#parts
    const [first, second] = accounts.map((account) => (account === null ? null : readVault(account)))
    if (!first || !second || (first.mint === mint) === (second.mint === mint)) {
      malformed.add(POOL, `${vaults.join(' and ')} are not the two vaults of a pool of ${mint}`)
      return null
    }
    const isFirst = first.mint === mint
    const [base, quote] = isFirst ? [first, second] : [second, first]
    this.#sides.set(vaults[0], isFirst ? 'base' : 'quote')
    this.#sides.set(vaults[1], isFirst ? 'quote' : 'base')
    this.#quoteMint = quote.mint
    return { slot, base: base.amount, quote: quote.amount }
  }
}
