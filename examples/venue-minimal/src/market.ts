import type { Bar, DecimalString, Instrument, Timeframe } from '@portolan/core'
import { decimalFromNumber, instrumentId, parseDecimal, TIMEFRAME_MS } from '@portolan/core'

/** The one thing that this venue trades. */
export const COIN: Instrument = {
  id: instrumentId('COIN'),
  base: 'COIN',
  quote: 'USD',
  status: 'trading',
  sizing: {
    price: { kind: 'tick', tick: parseDecimal('0.01') },
    quantityStep: parseDecimal('0.001'),
    minQuantity: parseDecimal('0.001'),
    minNotional: parseDecimal('1'),
    maxQuantity: null,
    maxNotional: null,
    maxLeverage: 1,
    closeExemptFromMinimums: true,
    buyUnit: 'base',
    quoteStep: parseDecimal('0.01'),
  },
  fees: { takerBps: 10, makerBps: 10 },
  marketCapUsd: null,
}

/** A price for every moment: waves of several lengths, the same at every run. */
function priceAt(start: number, at: number): number {
  const hours = at / TIMEFRAME_MS['1h']
  const wave = (length: number, height: number) => height * Math.sin((2 * Math.PI * hours) / length)
  return start * Math.exp(wave(700, 0.25) + wave(97, 0.06) + wave(11, 0.02) + wave(1.3, 0.006))
}

/** The price as the tape prints it. */
export function printedPrice(start: number, at: number): DecimalString {
  return decimalFromNumber(Math.round(priceAt(start, at) * 100) / 100)
}

/** Closed bars, `from <= ts < to`. */
export function barsBetween(start: number, timeframe: Timeframe, from: number, to: number): Bar[] {
  const length = TIMEFRAME_MS[timeframe]
  const bars: Bar[] = []
  for (let ts = Math.ceil(from / length) * length; ts + length <= to; ts += length) {
    const prices = Array.from({ length: 21 }, (_, step) => Number(printedPrice(start, ts + (length * step) / 20)))
    const [open = 0] = prices
    const close = prices.at(-1) ?? open
    bars.push({ ts, open, high: Math.max(...prices), low: Math.min(...prices), close, volume: length / 1_000 })
  }
  return bars
}
