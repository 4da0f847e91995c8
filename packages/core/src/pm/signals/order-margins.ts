import type { Emas } from '../indicators/ema.ts'

/** Distance of the worst pair from the bearish order, in ATR; above 0 when the order holds. */
export function bearishOrderMargin(e: Emas, atr: number): number {
  const worst = Math.min(
    e.ema60 - e.ema20,
    e.ema60 - e.ema30,
    e.ema144 - e.ema60,
    e.ema250 - e.ema144,
    e.ema333 - e.ema250,
  )
  return worst / atr
}

/** Distance of the highest average below EMA333, in ATR; above 0 when all are below. */
export function allBelow333Margin(e: Emas, atr: number): number {
  return (e.ema333 - Math.max(e.ema20, e.ema30, e.ema60, e.ema144, e.ema250)) / atr
}
