/** Exponential averages by role. Values are in price units. */
export interface Emas {
  readonly ema20: number
  readonly ema30: number
  readonly ema60: number
  readonly ema144: number
  readonly ema250: number
  readonly ema333: number
}

/** The next value of an EMA with alpha = 2 / (period + 1). Its seed is the first value itself. */
export function nextEma(previous: number, value: number, period: number): number {
  return previous + (2 / (period + 1)) * (value - previous)
}
