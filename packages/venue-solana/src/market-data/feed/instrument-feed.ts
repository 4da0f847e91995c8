import type { DataSource, Feed, FeedStatus, InstrumentId, Trade, VenueEvent } from '@portolan/core'

/** What became of an instrument's data. */
export type FeedState =
  /** Nobody wants it. */
  | { readonly kind: 'unwanted' }
  /** Nothing has come yet, or nothing any more since `since` (ms). */
  | { readonly kind: 'waiting'; readonly since: number | null }
  | { readonly kind: 'live'; readonly source: DataSource }

/**
 * What the runner is told of one instrument: which source it lives on, whether that delivers, and what is missing. Sources only say `up` and `down`; the
 * order of events that the contract asks for (stale, reconnected, gap, live) is made here.
 */
export class InstrumentFeed {
  readonly #id: InstrumentId
  readonly #emit: (event: VenueEvent) => void
  #feeds: readonly Feed[] = []
  #source: DataSource | null = null
  #live = false
  /** Everything up to then was seen, ms; `null` before the first. */
  #seenUntil: number | null = null

  constructor(id: InstrumentId, emit: (event: VenueEvent) => void) {
    this.#id = id
    this.#emit = emit
  }

  /** The source it lives on, also while that is down. */
  get source(): DataSource | null {
    return this.#source
  }

  get state(): FeedState {
    if (this.#feeds.length === 0) return { kind: 'unwanted' }
    if (this.#live && this.#source !== null) return { kind: 'live', source: this.#source }
    return { kind: 'waiting', since: this.#seenUntil }
  }

  get wanted(): boolean {
    return this.#feeds.length > 0
  }

  /** Who wants it from now (ms) on. What comes while nobody does is missing when somebody does again. */
  want(feeds: readonly Feed[], at: number): void {
    const newcomers = feeds.filter((feed) => !this.#feeds.includes(feed))
    this.#feeds = feeds
    if (feeds.length === 0) this.#live = false
    // Whoever joins a feed that is live was not there when it was told.
    else if (newcomers.length > 0 && this.#live && this.#source !== null) {
      this.#status({ kind: 'live' }, at, this.#source, newcomers)
    }
  }

  /**
   * A source delivers, complete from `completeFrom` on.
   * @param at the time of this reading, ms.
   * @param completeFrom since when the source has missed nothing, ms; `at` for a reading that knows no past.
   */
  up(source: DataSource, at: number, completeFrom: number): void {
    if (!this.wanted) return
    const before = this.#seenUntil
    this.#seenUntil = Math.max(before ?? at, at)
    if (this.#live && this.#source !== null && isSame(this.#source, source)) return
    const isNew = !this.#live || this.#source?.name !== source.name
    if (before !== null && !this.#live) this.#status({ kind: 'reconnected' }, at, source)
    if (before !== null && isNew && completeFrom > before)
      this.#status({ kind: 'gap', from: before, to: completeFrom }, at, source)
    this.#live = true
    this.#source = source
    this.#status({ kind: 'live' }, at, source)
  }

  /** While it is live: nothing is known of a time that was thought to be covered, ms. */
  missed(from: number, to: number): void {
    if (this.#live && this.#source !== null && from < to) this.#status({ kind: 'gap', from, to }, to, this.#source)
  }

  /**
   * The source that it lives on delivers no more. Another one's silence is no matter.
   * @param seenUntil up to when it is sure to have delivered everything, ms.
   */
  down(name: string, at: number, seenUntil: number): void {
    if (!this.#live || this.#source?.name !== name) return
    this.#live = false
    this.#seenUntil = Math.max(this.#seenUntil ?? seenUntil, seenUntil)
    this.#status({ kind: 'stale', since: this.#seenUntil }, at, this.#source)
  }

  trade(trade: Trade): void {
    if (!this.#live || !this.wanted) return
    this.#emit({ type: 'trades', instrument: this.#id, feeds: this.#feeds, trades: [trade] })
  }

  #status(status: FeedStatus, at: number, source: DataSource, feeds = this.#feeds): void {
    this.#emit({ type: 'feed-status', instrument: this.#id, feeds, status, at, source })
  }
}

function isSame(a: DataSource, b: DataSource): boolean {
  return a.kind === b.kind && a.name === b.name && a.everyMs === b.everyMs
}
