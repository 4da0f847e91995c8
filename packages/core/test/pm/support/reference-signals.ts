import type { Bar } from '../../../src/market/bar.ts'
import type { Emas, TrendState } from '../../../src/pm/index.ts'

/**
 * The scores and flags of a series by their definition: every bar looks at all bars before it, nothing is carried along but the trend state and the
 * emergency band. Slow and plain on purpose; the streaming code must agree with it.
 */
export interface ReferenceLine {
  readonly state: TrendState
  readonly flags: readonly string[]
  readonly ts: number | null
  readonly ox: number | null
  readonly edx: number | null
  readonly dx: number | null
  readonly trimLevel: number | null
}

type EmaName = keyof Emas

const clamp = (x: number): number => Math.min(1, Math.max(0, x))
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))
const mean = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0) / xs.length
const at = (xs: readonly number[], i: number): number => xs[i] ?? Number.NaN

function slope(xs: readonly number[], i: number): number {
  const ys = xs.slice(i - 9, i + 1)
  const m = mean(ys)
  return ys.reduce((sum, y, x) => sum + (x - 4.5) * (y - m), 0) / 82.5
}

function wilder(xs: readonly number[]): readonly number[] {
  const smoothed: number[] = []
  xs.forEach((x, i) => {
    if (i < 13) smoothed.push(Number.NaN)
    else smoothed.push(i === 13 ? mean(xs.slice(0, 14)) : (at(smoothed, i - 1) * 13 + x) / 14)
  })
  return smoothed
}

/** Aligned to bars: a value per bar, the missing ones in front are NaN. */
const alignTo = (bars: readonly Bar[], xs: readonly number[]): readonly number[] => [
  ...Array.from({ length: bars.length - xs.length }, () => Number.NaN),
  ...xs,
]

function indicators(bars: readonly Bar[]): {
  readonly atr: readonly number[]
  readonly rsi: readonly number[]
  readonly adx: readonly number[]
} {
  const pairs = bars.slice(1).map((bar, i) => ({ bar, last: bars[i] ?? bar }))
  const ranges = pairs.map(({ bar, last }) => Math.max(bar.high, last.close) - Math.min(bar.low, last.close))
  const gain = wilder(pairs.map(({ bar, last }) => Math.max(0, bar.close - last.close)))
  const loss = wilder(pairs.map(({ bar, last }) => Math.max(0, last.close - bar.close)))
  const plus = wilder(
    pairs.map(({ bar, last }) => {
      const up = bar.high - last.high
      return up > Math.max(0, last.low - bar.low) ? up : 0
    }),
  )
  const minus = wilder(
    pairs.map(({ bar, last }) => {
      const down = last.low - bar.low
      return down > Math.max(0, bar.high - last.high) ? down : 0
    }),
  )
  const dx = plus.slice(13).map((p, i) => (100 * Math.abs(p - at(minus, i + 13))) / (p + at(minus, i + 13)))
  return {
    atr: alignTo(bars, wilder(ranges)),
    rsi: alignTo(
      bars,
      gain.map((g, i) => (100 * g) / (g + at(loss, i))),
    ),
    adx: alignTo(bars, wilder(dx)),
  }
}

function averages(bars: readonly Bar[], periods: Emas): Readonly<Record<EmaName, readonly number[]>> {
  const ema = (n: number): readonly number[] => {
    const values: number[] = []
    for (const { close } of bars) {
      const last = values.at(-1)
      values.push(last === undefined ? close : (2 / (n + 1)) * close + (1 - 2 / (n + 1)) * last)
    }
    return values
  }
  const { ema20, ema30, ema60, ema144, ema250, ema333 } = periods
  return {
    ema20: ema(ema20),
    ema30: ema(ema30),
    ema60: ema(ema60),
    ema144: ema(ema144),
    ema250: ema(ema250),
    ema333: ema(ema333),
  }
}

interface Swing {
  readonly bar: number
  readonly price: number
  readonly kind: 'high' | 'low'
}

/** All swings; one is known five bars after its own. */
function swings(bars: readonly Bar[]): readonly Swing[] {
  const found: Swing[] = []
  for (let j = 5; j + 5 < bars.length; j++) {
    const bar = bars[j]
    const others = [...bars.slice(j - 5, j), ...bars.slice(j + 1, j + 6)]
    if (bar === undefined) continue
    if (others.every(({ high }) => high < bar.high)) found.push({ bar: j, price: bar.high, kind: 'high' })
    if (others.every(({ low }) => low > bar.low)) found.push({ bar: j, price: bar.low, kind: 'low' })
  }
  return found
}

function levels(known: readonly Swing[], i: number, atr: number): readonly { price: number; strength: number }[] {
  const clusters: number[][] = []
  const recent = known.filter(({ bar }) => bar > i - 300)
  for (const { price } of recent.toSorted((a, b) => a.price - b.price)) {
    const last = clusters.at(-1)
    if (last !== undefined && price - mean(last) < 0.5 * atr) last.push(price)
    else clusters.push([price])
  }
  return clusters
    .filter((cluster) => cluster.length >= 2)
    .map((cluster) => ({ price: mean(cluster), strength: Math.min(1, cluster.length / 4) }))
}

const pairsOf = (e: Emas): readonly (readonly [number, number])[] => [
  [e.ema20, e.ema60],
  [e.ema30, e.ema60],
  [e.ema60, e.ema144],
  [e.ema144, e.ema250],
  [e.ema250, e.ema333],
]

function nextState(state: TrendState | null, p: number, e: Emas): TrendState {
  const bullish = pairsOf(e).every(([a, b]) => a > b)
  const bearish = pairsOf(e).every(([a, b]) => a < b)
  if (state === null || state === 'S4') return bullish ? 'S3' : bearish ? 'S0' : 'S4'
  if (state === 'S0') return e.ema20 > e.ema60 && e.ema30 > e.ema60 && p > e.ema60 ? 'S1' : 'S0'
  if (state === 'S1') return bearish ? 'S0' : p > e.ema333 ? 'S2' : 'S1'
  if (state === 'S2') return p < e.ema333 ? 'S1' : bullish ? 'S3' : 'S2'
  return Math.max(e.ema20, e.ema30, e.ema60, e.ema144, e.ema250) < e.ema333 ? 'S0' : 'S3'
}

/** One line for each bar from `warmup` on (counted from 1). */
export function referenceSignals(bars: readonly Bar[], periods: Emas, warmup: number): readonly ReferenceLine[] {
  const { atr: atrs, rsi, adx } = indicators(bars)
  const emas = averages(bars, periods)
  const all = swings(bars)
  const nslope = (name: EmaName, i: number): number => slope(emas[name], i) / at(emas[name], i)
  const lines: ReferenceLine[] = []
  let state: TrendState | null = null
  let began = 0
  let emergency = false
  for (let i = warmup - 1; i < bars.length; i++) {
    const bar = bars[i]
    if (bar === undefined) break
    const p = bar.close
    const a = at(atrs, i)
    const e = Object.fromEntries(Object.entries(emas).map(([name, xs]) => [name, at(xs, i)])) as unknown as Emas
    const before: TrendState | null = state
    state = nextState(before, p, e)
    if (state === 'S3' && before !== 'S3') began = i
    if (state !== 'S3') emergency = false
    if (state === 'S0' && (before === 'S1' || before === 'S3')) {
      lines.push({ state, flags: ['exitPosition'], ts: null, ox: null, edx: null, dx: null, trimLevel: null })
      continue
    }
    const flags: string[] = []
    const ts = (clamp((slope(rsi, i) + 5) / 10) + clamp((slope(adx, i) + 2) / 4)) / 2
    const known = all.filter((swing) => swing.bar + 5 <= i)
    const near = levels(known, i, a)
    const boost = (anchor: number): number =>
      Math.max(0, ...near.map(({ price, strength }) => strength * (1 - Math.abs(price - anchor) / a) * 0.25))
    const ratio = a / mean(atrs.slice(i - 19, i + 1))
    const change = (x: EmaName, y: EmaName): number =>
      (at(emas[x], i) - at(emas[y], i)) / at(emas[y], i) -
      (at(emas[x], i - 5) - at(emas[y], i - 5)) / at(emas[y], i - 5)
    let ox: number | null = null
    let edx: number | null = null
    let dx: number | null = null
    if (state === 'S1') {
      const rising = nslope('ema60', i) > 0 || nslope('ema144', i) >= 0
      if (Math.abs(p - e.ema60) <= a && rising && ts + boost(e.ema60) >= 0.6) flags.push('buySignal')
    }
    if (state === 'S2' || state === 'S3') {
      ox =
        0.35 * sigmoid((p - e.ema20) / (1.5 * a)) +
        0.2 * sigmoid((p - e.ema60) / (2 * a)) +
        0.1 * sigmoid((p - e.ema144) / (1.5 * a)) +
        0.1 * sigmoid((p - e.ema250) / (2 * a)) +
        0.1 * sigmoid(change('ema20', 'ema60') / 0.0015) +
        0.05 * sigmoid(change('ema60', 'ema144') / 0.001) +
        0.05 * sigmoid(ratio - 1) +
        0.05 * sigmoid(-nslope('ema20', i) / 0.0008)
    }
    const rising = nslope('ema250', i) > 0 || nslope('ema333', i) >= 0
    if (state === 'S2' && Math.abs(p - e.ema333) <= 0.5 * a && rising && ts + boost(e.ema333) >= 0.6) {
      flags.push('buyFlag')
    }
    if (state === 'S3' && ox !== null) {
      const on: boolean = p < e.ema333 + (emergency ? 0.25 : -0.25) * a
      if (on) flags.push('emergencyExit')
      if (emergency && !on) flags.push('reclaimed')
      emergency = on
      const span = Array.from({ length: i - began + 1 }, (_, k) => began + k)
      edx = span.length < 30 ? 0.5 : decay(bars, known, emas, nslope, span)
      ox *= 1 + 0.33 * Math.min(0.5, Math.max(0, edx - 0.5))
      const x = e.ema144 > e.ema333 ? clamp((p - e.ema333) / (e.ema144 - e.ema333)) : 1
      const loc = Math.exp(-3 * x) * (1 + 0.3 * sigmoid((0.03 - Math.abs(e.ema144 - e.ema333) / p) / 0.02))
      const relief =
        0.5 * sigmoid((ratio - 0.9) / 0.05) +
        0.25 * sigmoid(slope(rsi, i) / 0.5) +
        0.25 * (at(adx, i) >= 18 ? sigmoid(slope(adx, i) / 0.3) : 0)
      const curl = nslope('ema144', i) - nslope('ema144', i - 10) > 0 ? 1 : 0
      const sum = 0.45 * loc + 0.25 * sigmoid(-volZ(bars, i)) + 0.25 * relief + 0.05 * curl
      dx = clamp(sum * (1 - 0.5 * Math.min(0.4, Math.max(0, edx - 0.6))))
      const pos = (e.ema144 - p) / (e.ema144 - e.ema333)
      const wanted = Math.max(0, 0.6 + 0.15 * clamp((edx - 0.5) / 0.2) - (0.1 * pos - 0.05 * (1 - pos)))
      const inside = e.ema144 > e.ema333 && e.ema333 <= p && p <= e.ema144
      if (inside && !on && rising && ts + boost(e.ema333) >= 0.6 && dx >= wanted) flags.push('buyFlag')
    }
    if (ox !== null) ox = clamp(ox)
    const reach = near.filter(({ price }) => Math.abs(price - p) <= a)
    const nearest = reach.toSorted((one, other) => Math.abs(one.price - p) - Math.abs(other.price - p))[0]
    const trims = ox !== null && ox >= 0.65 && nearest !== undefined
    if (trims) flags.push('trimFlag')
    lines.push({ state, flags: flags.sort(), ts, ox, edx, dx, trimLevel: trims ? nearest.price : null })
  }
  return lines
}

function volZ(bars: readonly Bar[], i: number): number {
  const xs = bars.slice(Math.max(0, i - 63), i + 1).map(({ volume }) => Math.log(1 + volume))
  const m = mean(xs)
  const sd = Math.sqrt(mean(xs.map((x) => (x - m) ** 2)))
  return sd <= 1e-9 ? 0 : Math.min(6, Math.max(-4, (at(xs, xs.length - 1) - m) / sd))
}

function decay(
  bars: readonly Bar[],
  known: readonly Swing[],
  emas: Readonly<Record<EmaName, readonly number[]>>,
  nslope: (name: EmaName, i: number) => number,
  span: readonly number[],
): number {
  const fromPeak = (xs: readonly number[]): number => {
    const peak = Math.max(...xs)
    return peak <= 0 ? 1 : clamp(1 - at(xs, xs.length - 1) / peak)
  }
  const slow = fromPeak(span.map((k) => (nslope('ema250', k) + nslope('ema333', k)) / 2))
  const comp = fromPeak(span.map((k) => (at(emas.ema144, k) - at(emas.ema333, k)) / at(emas.ema333, k)))
  const lists = (['high', 'low'] as const).map((kind) =>
    known.filter((swing) => swing.kind === kind && swing.bar >= at(span, 0)).map(({ price }) => price),
  )
  const lower = lists.flatMap((prices) => prices.slice(1).map((price, k) => price < at(prices, k)))
  const struct = lower.length < 4 ? 0.5 : lower.filter(Boolean).length / lower.length
  const avwaps = span.slice(-10).map((k) => {
    const since = bars.slice(at(span, 0), k + 1)
    const volume = since.reduce((sum, bar) => sum + bar.volume, 0)
    return volume > 0
      ? since.reduce((sum, bar) => sum + bar.close * bar.volume, 0) / volume
      : (since.at(-1)?.close ?? Number.NaN)
  })
  const part = sigmoid((-1000 * slope(avwaps, 9)) / at(avwaps, 9))
  return clamp(0.35 * slow + 0.3 * struct + 0.2 * part + 0.15 * comp)
}
