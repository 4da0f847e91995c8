import { BoundedCache } from './bounded-cache.ts'
import type { CoinProfile } from './coin-profile.ts'
import { DailyPath } from './daily-path.ts'
import type { PathTrade } from './minute-trades.ts'
import { minuteTrades } from './minute-trades.ts'
import type { PathBar } from './path-bar.ts'
import { Random, seedOf } from './random.ts'
import { splitBar } from './split-bar.ts'

export const MINUTE_MS = 60_000
export const HOUR_MS = 3_600_000
export const DAY_MS = 86_400_000

/**
 * The undisturbed market of one coin as a pure function of seed and time: days out of a walk, hours cut out of days, minutes out of
 * hours, trades out of minutes. Whatever is asked for, in whatever order, the same pieces come out and larger ones are exactly the sum
 * of smaller ones.
 */
export class CoinPath {
  readonly profile: CoinProfile
  readonly #seed: string
  readonly #daily: DailyPath
  readonly #hours = new BoundedCache<readonly PathBar[]>(1200)
  readonly #minutes = new BoundedCache<readonly PathBar[]>(600)
  readonly #trades = new BoundedCache<readonly PathTrade[]>(64)

  constructor(profile: CoinProfile, seed: string) {
    this.profile = profile
    this.#seed = seed
    this.#daily = new DailyPath(profile, seed)
  }

  /** The bar of the UTC day that starts at `ms`. */
  day(ms: number): PathBar {
    return this.#daily.day(Math.floor(ms / DAY_MS))
  }

  /** The bar of the hour that starts at `ms`. */
  hour(ms: number): PathBar {
    const day = Math.floor(ms / DAY_MS)
    const hours = this.#hours.get(day, () => {
      const shape = { pieces: 24, persistence: 0.3, minimumTrades: 60 * 4, szDecimals: this.profile.szDecimals }
      return splitBar(this.#daily.day(day), shape, this.#random('hours', day))
    })
    return piece(hours, (ms - day * DAY_MS) / HOUR_MS)
  }

  /** The bar of the minute that starts at `ms`. */
  minute(ms: number): PathBar {
    const hour = Math.floor(ms / HOUR_MS)
    const minutes = this.#minutes.get(hour, () => {
      const shape = { pieces: 60, persistence: 0.25, minimumTrades: 1, szDecimals: this.profile.szDecimals }
      return splitBar(this.hour(hour * HOUR_MS), shape, this.#random('minutes', hour))
    })
    return piece(minutes, (ms - hour * HOUR_MS) / MINUTE_MS)
  }

  /** The trades of the minute that starts at `ms`, oldest first. */
  trades(ms: number): readonly PathTrade[] {
    const minute = Math.floor(ms / MINUTE_MS)
    return this.#trades.get(minute, () =>
      minuteTrades(this.minute(ms), ms, this.profile.szDecimals, this.#random('trades', minute)),
    )
  }

  #random(level: string, index: number): Random {
    return new Random(seedOf(this.#seed, this.profile.path, level, index))
  }
}

function piece(pieces: readonly PathBar[], index: number): PathBar {
  const bar = pieces[Math.floor(index)]
  if (bar === undefined) throw new RangeError(`no piece ${index} of ${pieces.length}`)
  return bar
}
