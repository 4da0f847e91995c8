import type { Bar } from '../../market/bar.ts'
import type { PmConfig } from '../config/pm-config.ts'
import type { NewSwings } from '../indicators/swings.ts'
import type { Ring } from '../numeric/ring.ts'
import { createRing, pushRing } from '../numeric/ring.ts'

/** What EDX needs of the S3 that is going on, since its first bar. Plain JSON, changed in place. */
export interface UptrendMemory {
  /** Number of the first bar of this S3. */
  readonly firstBar: number
  /** Bars of this S3 so far. */
  bars: number
  /** Greatest mean of nslope250 and nslope333. */
  slopePeak: number
  /** Greatest (EMA144 - EMA333) / EMA333. */
  widthPeak: number
  /** Sums of close * volume and of volume, for the anchored VWAP. */
  turnover: number
  volume: number
  readonly avwaps: Ring
  /** Neighbouring swings compared, and how many of them were lower. */
  comparisons: number
  lower: number
  lastHigh: number | null
  lastLow: number | null
}

/** Starts the memory of an S3 with its first bar, which the caller then adds like any other. */
export function createUptrendMemory(firstBar: number, config: PmConfig): UptrendMemory {
  return {
    firstBar,
    bars: 0,
    slopePeak: 0,
    widthPeak: 0,
    turnover: 0,
    volume: 0,
    avwaps: createRing(config.indicators.slopeBars),
    comparisons: 0,
    lower: 0,
    lastHigh: null,
    lastLow: null,
  }
}

/** The measures of a bar of an S3. */
export interface UptrendMeasures {
  /** nslope250 and nslope333; the peak of their mean is kept. */
  readonly slope250: number
  readonly slope333: number
  /** (EMA144 - EMA333) / EMA333; its peak is kept. */
  readonly width: number
}

/** Takes one bar of this S3 in place. */
export function updateUptrendMemory(
  memory: UptrendMemory,
  bar: Bar,
  measures: UptrendMeasures,
  swings: NewSwings | null,
): void {
  memory.bars++
  memory.slopePeak = Math.max(memory.slopePeak, (measures.slope250 + measures.slope333) / 2)
  memory.widthPeak = Math.max(memory.widthPeak, measures.width)
  memory.turnover += bar.close * bar.volume
  memory.volume += bar.volume
  pushRing(memory.avwaps, memory.volume > 0 ? memory.turnover / memory.volume : bar.close)
  if (swings === null || swings.bar < memory.firstBar) return
  if (swings.high !== null) {
    compare(memory, memory.lastHigh, swings.high)
    memory.lastHigh = swings.high
  }
  if (swings.low !== null) {
    compare(memory, memory.lastLow, swings.low)
    memory.lastLow = swings.low
  }
}

function compare(memory: UptrendMemory, last: number | null, next: number): void {
  if (last === null) return
  memory.comparisons++
  if (next < last) memory.lower++
}
