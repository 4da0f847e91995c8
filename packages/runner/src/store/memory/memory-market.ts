import type { Bar, Instrument, InstrumentId, Timeframe, Trade, VenueKey } from '@portolan/core'
import type { StoredBar } from '../bar-merge.ts'
import { mergeBars, replaces } from '../bar-merge.ts'
import type { BarQuery, SeriesRef, Source } from '../store.ts'
import { OrderedSeries } from './ordered-series.ts'

interface TradeSeries {
  readonly known: Set<string>
  readonly trades: OrderedSeries<Trade>
}

interface BarSeries {
  readonly byTime: Map<number, StoredBar>
  readonly bars: OrderedSeries<StoredBar>
}

/** Instruments, trades and bars of a MemoryStore. */
export class MemoryMarket {
  readonly #instruments = new Map<string, Map<InstrumentId, Instrument>>()
  readonly #trades = new Map<string, TradeSeries>()
  readonly #bars = new Map<string, BarSeries>()

  saveInstruments(venue: VenueKey, source: Source, instruments: readonly Instrument[]): void {
    const known = getOrAdd(this.#instruments, key(venue, source), () => new Map<InstrumentId, Instrument>())
    for (const instrument of instruments) known.set(instrument.id, instrument)
  }

  instruments(venue: VenueKey, source: Source): readonly Instrument[] {
    return [...(this.#instruments.get(key(venue, source))?.values() ?? [])]
  }

  saveTrades(series: SeriesRef, trades: readonly Trade[]): void {
    const stored = getOrAdd(this.#trades, seriesKey(series), () => ({
      known: new Set<string>(),
      trades: new OrderedSeries<Trade>(),
    }))
    for (const trade of trades) {
      const id = tradeKey(trade)
      if (stored.known.has(id)) continue
      stored.known.add(id)
      stored.trades.add(trade)
    }
  }

  trades(series: SeriesRef, from: number, to: number): readonly Trade[] {
    return this.#trades.get(seriesKey(series))?.trades.range(from, to) ?? []
  }

  pruneTrades(before: number): number {
    let removed = 0
    for (const { known, trades } of this.#trades.values()) {
      for (const trade of trades.removeBefore(before)) {
        known.delete(tradeKey(trade))
        removed += 1
      }
    }
    return removed
  }

  saveBars(series: SeriesRef, timeframe: Timeframe, bars: readonly Bar[]): void {
    const stored = getOrAdd(this.#bars, seriesKey(series, timeframe), () => ({
      byTime: new Map<number, StoredBar>(),
      bars: new OrderedSeries<StoredBar>(),
    }))
    for (const bar of mergeBars(bars)) {
      const old = stored.byTime.get(bar.ts)
      if (old !== undefined && !replaces(bar)) continue
      stored.byTime.set(bar.ts, bar)
      if (old === undefined) stored.bars.add(bar)
      else stored.bars.replace(old, bar)
    }
  }

  bars(query: BarQuery): readonly Bar[] {
    return this.#bars.get(seriesKey(query, query.timeframe))?.bars.range(query.from, query.to) ?? []
  }
}

function seriesKey(series: SeriesRef, timeframe = ''): string {
  return key(series.venue, series.source, series.feed, series.instrument, timeframe)
}

function tradeKey(trade: Trade): string {
  return `${trade.ts} ${trade.id}`
}

/** Texts in which anything may stand, as one text that no other texts give. */
function key(...parts: readonly string[]): string {
  return JSON.stringify(parts)
}

function getOrAdd<V>(map: Map<string, V>, name: string, make: () => V): V {
  const there = map.get(name)
  if (there !== undefined) return there
  const made = make()
  map.set(name, made)
  return made
}
