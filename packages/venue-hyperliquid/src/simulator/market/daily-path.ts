import type { CoinProfile } from './coin-profile.ts'
import type { PathBar } from './path-bar.ts'
import { Random, seedOf, smoothNoise } from './random.ts'
import { roundToTick } from './tick.ts'

/** 2026-01-01: where every coin stands at its reference price, give or take. */
const PIN_DAY = 20_454
/** How fast a price is pulled back to its reference, per day: over months it wanders without running away. */
const PULL = 1 / 45

/**
 * The days of one coin: a seeded log walk out of the pin in both directions, with drifts that last from days to weeks and with calm
 * and wild times. Any day can be asked for; the walk up to it is remembered.
 */
export class DailyPath {
  readonly #profile: CoinProfile
  readonly #seed: string
  readonly #sigma: number
  readonly #forward: number[]
  readonly #backward: number[]

  constructor(profile: CoinProfile, seed: string) {
    this.#profile = profile
    this.#seed = `${seed}/${profile.path}`
    this.#sigma = profile.annualVolatility / Math.sqrt(365)
    const start = Math.log(profile.referencePrice) + new Random(seedOf(this.#seed, 'pin')).normal() * 0.05
    this.#forward = [start]
    this.#backward = [start]
  }

  /** The bar of a UTC day, `day` counted from the epoch. */
  day(day: number): PathBar {
    const { szDecimals, dailyVolumeUsd, tradesPerMinute } = this.#profile
    const random = new Random(seedOf(this.#seed, 'day', day))
    const from = this.#log(day)
    const to = this.#log(day + 1)
    const open = roundToTick(Math.exp(from), szDecimals)
    const close = roundToTick(Math.exp(to), szDecimals)
    const variance = (this.#sigma * this.#calm(day)) ** 2
    const high = Math.exp(extreme(from, to, variance, random.next()))
    const low = Math.exp(-extreme(-from, -to, variance, random.next()))
    const activity = Math.exp(random.normal() * 0.3) * (0.6 + (0.4 * Math.abs(to - from)) / this.#sigma)
    const trades = Math.round(tradesPerMinute * 1440 * Math.max(0.75, Math.min(2, activity)))
    const lots = Math.round((dailyVolumeUsd * activity * 10 ** szDecimals) / open)
    return {
      open,
      close,
      high: Math.max(open, close, roundToTick(high, szDecimals)),
      low: Math.min(open, close, roundToTick(low, szDecimals)),
      trades,
      // A trade is one lot at least, also of a coin whose single lot is worth a lot.
      lots: Math.max(lots, trades * 20),
    }
  }

  /** Log price at the start of a day. */
  #log(day: number): number {
    const [known, sign] = day >= PIN_DAY ? [this.#forward, 1] : [this.#backward, -1]
    const distance = Math.abs(day - PIN_DAY)
    for (let step = known.length; step <= distance; step++) {
      const previous = known[step - 1] ?? 0
      const stepDay = sign > 0 ? PIN_DAY + step - 1 : PIN_DAY - step
      known.push(previous + sign * this.#move(stepDay) + PULL * (Math.log(this.#profile.referencePrice) - previous))
    }
    return known[distance] ?? 0
  }

  #move(day: number): number {
    const drift = 0.5 * smoothNoise(`${this.#seed}/weeks`, day / 21) + 0.45 * smoothNoise(`${this.#seed}/days`, day / 6)
    const shock = new Random(seedOf(this.#seed, 'move', day)).normal()
    return this.#sigma * (drift + 0.85 * this.#calm(day) * shock)
  }

  /** Below 1 in calm times, above in wild ones. */
  #calm(day: number): number {
    return Math.exp(0.4 * smoothNoise(`${this.#seed}/calm`, day / 15))
  }
}

/** The maximum of a Brownian bridge from `a` to `b`, by inversion of its distribution. */
function extreme(a: number, b: number, variance: number, uniform: number): number {
  return (a + b + Math.sqrt((b - a) ** 2 - 2 * variance * Math.log(1 - uniform * 0.98))) / 2
}
