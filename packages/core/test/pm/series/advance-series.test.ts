import { describe, expect, it } from 'vitest'
import type { Bar } from '../../../src/market/bar.ts'
import type { SeriesState, Signals } from '../../../src/pm/index.ts'
import {
  advanceSeries,
  BarError,
  createSeriesState,
  defaultPmConfig,
  definePmConfig,
  saveSeries,
} from '../../../src/pm/index.ts'
import { flatBar, quickConfig, randomBars } from '../support/test-bars.ts'

describe('a series', () => {
  it('warms up for 349 bars and counts them', () => {
    const state = createSeriesState(defaultPmConfig)
    const steps = randomBars(351, 1).map((bar) => advanceSeries(state, bar, defaultPmConfig))
    expect(steps.findIndex(({ signals }) => signals !== null)).toBe(349)
    expect(steps[348]).toEqual({ signals: null, bars: 349 })
    expect(steps[349]?.signals?.prevState).toBeNull()
    expect(steps[350]?.signals?.prevState).toBe(steps[349]?.signals?.state)
  })

  it.each([
    ['the same bar again', { ts: 60_000 * 99 }, 'BAR_OUT_OF_ORDER'],
    ['an earlier bar', { ts: 0 }, 'BAR_OUT_OF_ORDER'],
    ['a price that is not a number', { close: Number.NaN }, 'BAR_INVALID'],
    ['a price of 0', { low: 0, open: 0, close: 0 }, 'BAR_INVALID'],
    ['a high below the close', { high: 1 }, 'BAR_INVALID'],
    ['an endless high', { high: Number.POSITIVE_INFINITY }, 'BAR_INVALID'],
    ['a negative volume', { volume: -1 }, 'BAR_INVALID'],
    ['no time', { ts: Number.NaN }, 'BAR_OUT_OF_ORDER'],
  ] as const)('refuses %s and stays as it was', (_, change, code) => {
    const state = createSeriesState(defaultPmConfig)
    const bars = randomBars(101, 1)
    for (const bar of bars.slice(0, 100)) advanceSeries(state, bar, defaultPmConfig)
    const before = saveSeries(state)
    const last = bars[100]
    if (last === undefined) throw new Error('no bar')
    const refused = (): unknown => advanceSeries(state, { ...last, ...change }, defaultPmConfig)
    expect(refused).toThrow(BarError)
    expect(refused).toThrow(expect.objectContaining({ code }))
    expect(saveSeries(state)).toEqual(before)
    expect(advanceSeries(state, last, defaultPmConfig).bars).toBe(101)
  })

  it('says nothing but the state on a flat market', () => {
    const said = run(Array.from({ length: 400 }, (_, i) => flatBar(i * 60_000, 50, 10)))
    expect(said.at(-1)).toMatchObject({
      atr: 0,
      rsi: 50,
      adx: 0,
      state: 'S4',
      scores: { ts: null, edx: null, ox: null, dx: null },
    })
    expect(Object.values(said.at(-1)?.flags ?? {})).not.toContain(true)
  })

  it('keeps the emergencyExit band over a flat bar without flagging it, and reclaims after it', () => {
    const { state, last } = until((signals) => signals.flags.emergencyExit)
    const everythingIsFlat = definePmConfig({ indicators: { ...quickConfig.indicators, flatAtrShare: 1 } })
    const flat = advanceSeries(state, flatBar(last.ts + 60_000, last.close), everythingIsFlat).signals
    expect(flat).toMatchObject({ state: 'S3', flags: { emergencyExit: false }, scores: { ts: null, dx: null } })
    const above = advanceSeries(state, flatBar(last.ts + 120_000, last.close * 1.5), quickConfig).signals
    expect(above).toMatchObject({ state: 'S3', flags: { emergencyExit: false, reclaimed: true } })
  })

  it('turns emergencyExit on below the band, keeps it inside, and reclaims above it', () => {
    const seen = new Set<string>()
    const wrong: number[] = []
    let on: boolean = false
    for (const { ts, flags, state, close, atr, ema, prevState } of run(randomBars(6000, 21), quickConfig)) {
      if (prevState !== 'S3') on = false
      const edge = 0.25 * atr
      const next: boolean = state === 'S3' && close < (on ? ema.ema333 + edge : ema.ema333 - edge)
      const reclaimed = state === 'S3' && on && !next
      if (flags.emergencyExit !== next || flags.reclaimed !== reclaimed) wrong.push(ts)
      if (next && close >= ema.ema333 - edge) seen.add('kept inside the band')
      if (reclaimed) seen.add('reclaimed')
      on = next
    }
    expect(wrong).toEqual([])
    expect([...seen].sort()).toEqual(['kept inside the band', 'reclaimed'])
  })

  it('sets nothing else on a bar that ends the uptrend', () => {
    const exits = run(randomBars(6000, 4), quickConfig).filter(({ flags }) => flags.exitPosition)
    expect(exits.length).toBeGreaterThan(3)
    for (const { flags, scores, trimLevel, state, exitReason, transition } of exits) {
      expect(flags).toEqual({
        buySignal: false,
        buyFlag: false,
        trimFlag: false,
        emergencyExit: false,
        reclaimed: false,
        exitPosition: true,
      })
      expect([scores.ts, scores.edx, scores.ox, scores.dx, trimLevel]).toEqual([null, null, null, null, null])
      expect(state).toBe('S0')
      expect(exitReason).toBe(transition === 'S3->S0' ? 'all_emas_below_333' : 'bearish_order')
    }
  })

  it('has margins that agree with the flags they explain', () => {
    const said = run(randomBars(20_000, 9), quickConfig).filter(({ flags }) => !flags.exitPosition)
    const passes = (margin: number | null): boolean => margin !== null && margin >= 0
    const buys = said.filter(({ flags }) => flags.buySignal || flags.buyFlag)
    const zone = said.filter(({ state }) => state === 'S2' || state === 'S3')
    const bought = ({ state, margins: m }: Signals): boolean =>
      [m.distance, m.slope, m.strength].every(passes) && (state !== 'S3' || passes(m.discount))
    const trimmed = ({ margins: m }: Signals): boolean => passes(m.overextension) && passes(m.level)
    expect(buys.filter((signals) => !bought(signals))).toEqual([])
    expect(zone.filter((signals) => signals.flags.trimFlag !== trimmed(signals))).toEqual([])
    expect(buys.length).toBeGreaterThan(20)
    expect(zone.filter(trimmed).length).toBeGreaterThan(20)
  })

  it('keeps every score in 0..1 and defined exactly in its states', () => {
    for (const { state, flags, scores } of run(randomBars(5000, 12), quickConfig)) {
      if (flags.exitPosition) continue
      expect(scores.ts).not.toBeNull()
      expect(scores.ox !== null).toBe(state === 'S2' || state === 'S3')
      expect(scores.edx !== null).toBe(state === 'S3')
      expect(scores.dx !== null).toBe(state === 'S3')
      for (const score of Object.values(scores)) {
        if (score === null) continue
        expect(score).toBeGreaterThanOrEqual(0)
        expect(score).toBeLessThanOrEqual(1)
      }
    }
  })
})

function run(bars: readonly Bar[], config = defaultPmConfig): readonly Signals[] {
  const state = createSeriesState(config)
  return bars.flatMap((bar) => {
    const { signals } = advanceSeries(state, bar, config)
    return signals === null ? [] : [signals]
  })
}

/** A series stopped at the first bar that satisfies the condition. */
function until(wanted: (signals: Signals) => boolean): { readonly state: SeriesState; readonly last: Bar } {
  const state = createSeriesState(quickConfig)
  for (const last of randomBars(20_000, 2)) {
    const { signals } = advanceSeries(state, last, quickConfig)
    if (signals !== null && wanted(signals)) return { state, last }
  }
  throw new Error('never happened')
}
