import type { EngineEvent } from '../engine/events.ts'
import type { Kernel, Stretch } from '../kernel.ts'
import type { VenueTrade } from '../market/venue-trade.ts'

/** One message to a client. */
export interface Frame {
  readonly channel: string
  readonly data?: unknown
}

/** What one subscription sends. */
export interface Channel {
  /** Right after the acknowledgement. */
  open(): readonly Frame[]
  /** Time has passed. */
  onStretch?(stretch: Stretch): readonly Frame[]
  /** Something happened to an account. */
  onEvent?(event: EngineEvent): readonly Frame[]
}

/** What channels read from. */
export interface ChannelContext {
  readonly kernel: Kernel
  /** Trades of a coin in a stretch, market and accounts together; computed once for all who ask. */
  trades(coin: string, stretch: Stretch): readonly VenueTrade[]
}

/** Says when the next frame of a channel with a rhythm is due: in simulated time, but on a fast clock at most ten times a wall second. */
export class Rhythm {
  readonly #everyMs: number
  readonly #context: ChannelContext
  #last = { at: Number.NEGATIVE_INFINITY, wall: Number.NEGATIVE_INFINITY }

  constructor(everyMs: number, context: ChannelContext) {
    this.#everyMs = everyMs
    this.#context = context
  }

  due(now: number): boolean {
    const { clock } = this.#context.kernel
    const wall = clock.wallNow()
    const tooSoon = clock.time.speed > 1 && wall - this.#last.wall < 100
    if (now - this.#last.at < this.#everyMs || tooSoon) return false
    this.#last = { at: now, wall }
    return true
  }
}
