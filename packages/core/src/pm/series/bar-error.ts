/** Why a bar cannot be taken. */
export type BarErrorCode = 'BAR_OUT_OF_ORDER' | 'BAR_INVALID'

/**
 * A bar that must not reach the state: it repeats or precedes the last one, or its numbers are not prices.
 * The state is unchanged. Step each bar once, in order; repair or drop a bar whose numbers are wrong before stepping it.
 */
export class BarError extends Error {
  override readonly name = 'BarError'
  readonly code: BarErrorCode
  /** Open time of the refused bar, ms UTC. */
  readonly ts: number

  constructor(code: BarErrorCode, ts: number, message: string) {
    super(message)
    this.code = code
    this.ts = ts
  }
}
