import type { Timeframe, VenueKey } from '@portolan/core'
import type { ClosedTrade, PositionRow, RegimeReading, Scope } from '../store.ts'

/** Closed trades, regime readings and cursors of a MemoryStore. */
export class MemoryLearning {
  readonly #closed = new Map<string, ClosedTrade[]>()
  readonly #known = new Set<string>()
  readonly #readings = new Map<string, Map<number, RegimeReading>>()
  readonly #cursors = new Map<string, string>()

  saveClosedTrade(position: PositionRow, trade: ClosedTrade): void {
    const id = JSON.stringify([position.id, trade.closedAt, trade.pattern])
    if (this.#known.has(id)) return
    this.#known.add(id)
    const key = patternKey(position.scope, position.venue, position.timeframe, trade.pattern)
    const trades = this.#closed.get(key)
    if (trades === undefined) {
      this.#closed.set(key, [trade])
      return
    }
    // From the end: trades come nearly in the order in which they closed.
    let index = trades.length
    while (index > 0 && (trades[index - 1]?.closedAt ?? 0) > trade.closedAt) index -= 1
    trades.splice(index, 0, trade)
  }

  tradeResults(scope: Scope, venue: VenueKey, timeframe: Timeframe, pattern: string, limit: number): readonly number[] {
    const trades = this.#closed.get(patternKey(scope, venue, timeframe, pattern)) ?? []
    return trades.slice(Math.max(0, trades.length - limit)).map((trade) => trade.r)
  }

  saveRegimeReading(reading: RegimeReading): void {
    const key = driverKey(reading.scope, reading.venue, reading.driver, reading.timeframe)
    const readings = this.#readings.get(key) ?? new Map<number, RegimeReading>()
    readings.set(reading.ts, reading)
    this.#readings.set(key, readings)
  }

  pruneRegimeReadings(before: number): number {
    let removed = 0
    for (const readings of this.#readings.values()) {
      for (const ts of readings.keys()) if (ts < before && readings.delete(ts)) removed += 1
    }
    return removed
  }

  regimeReadings(
    scope: Scope,
    venue: VenueKey,
    driver: string,
    timeframe: Timeframe,
    limit: number,
  ): readonly RegimeReading[] {
    const readings = [...(this.#readings.get(driverKey(scope, venue, driver, timeframe))?.values() ?? [])]
    return readings.sort((a, b) => b.ts - a.ts).slice(0, limit)
  }

  cursor(scope: Scope, venue: VenueKey, label: string, name: string): string | null {
    return this.#cursors.get(JSON.stringify([scope, venue, label, name])) ?? null
  }

  saveCursor(scope: Scope, venue: VenueKey, label: string, name: string, value: string): void {
    this.#cursors.set(JSON.stringify([scope, venue, label, name]), value)
  }
}

function patternKey(scope: Scope, venue: VenueKey, timeframe: Timeframe, pattern: string): string {
  return JSON.stringify([scope, venue, timeframe, pattern])
}

function driverKey(scope: Scope, venue: VenueKey, driver: string, timeframe: Timeframe): string {
  return JSON.stringify([scope, venue, driver, timeframe])
}
