import { seedOf, smoothNoise } from './noise.ts'

const DAY_MS = 86_400_000
/** ms of the waves that make a price, from months to seconds: each as strong as the square root of its length, as in a random walk. */
const PERIODS = [42, 12, 3, 1, 0.3, 0.09, 0.027, 0.008, 0.0025, 0.0008, 0.0002].map((days) => days * DAY_MS)

/** A price as a function of time alone: the past, the present and what comes are one path. */
export class PricePath {
  readonly #base: number
  readonly #waves: readonly { readonly seed: number; readonly period: number; readonly strength: number }[]

  /** `dailyVolatility` is a fraction, e.g. 0.05. */
  constructor(seed: string, base: number, dailyVolatility: number) {
    this.#base = base
    this.#waves = PERIODS.map((period, index) => ({
      seed: seedOf(seed, 'wave', index),
      period,
      strength: dailyVolatility * Math.sqrt(period / DAY_MS),
    }))
  }

  /** Price in USD at a moment. */
  at(ms: number): number {
    let exponent = 0
    for (const { seed, period, strength } of this.#waves) exponent += strength * smoothNoise(seed, ms / period)
    return this.#base * Math.exp(exponent)
  }
}
