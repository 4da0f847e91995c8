/**
 * Speed and size of the portfolio manager, in one run: `pnpm bench`.
 * Contenders take turns, so that whatever else the machine does hits all of them; ratios are medians over the rounds.
 */
import { advanceSeries, createSeriesState, defaultPmConfig, saveSeries } from '../src/pm/index.ts'
import { pmSeries, pmStep, tradingSignals } from './contenders.ts'
import { median, timePerBar } from './measure.ts'
import { MANY, measureMemory } from './memory.ts'
import { randomBars } from './random-bars.ts'

const ROUNDS = 15
const SHORT = 10_000
const LONG = 100_000

const long = randomBars(LONG, 1)
const short = long.slice(0, SHORT)
for (const contender of [pmStep, pmSeries, tradingSignals]) timePerBar(contender, long)

const rounds = Array.from({ length: ROUNDS }, () => {
  const shortRuns = Array.from({ length: LONG / SHORT }, () => timePerBar(pmStep, short))
  return {
    library: timePerBar(tradingSignals, long),
    step: timePerBar(pmStep, long),
    series: timePerBar(pmSeries, long),
    short: median(shortRuns),
  }
})
const ns = (pick: (round: (typeof rounds)[number]) => number): string => `${median(rounds.map(pick)).toFixed(0)} ns/bar`

console.log(`${ROUNDS} rounds of ${LONG} bars, medians`)
console.log(`trading-signals, 6 EMA + ATR + RSI + ADX    ${ns((r) => r.library)}`)
console.log(`signals of one series                       ${ns((r) => r.series)}`)
console.log(`whole PM step (signals, history, plan)      ${ns((r) => r.step)}`)
console.log(
  `speed of a PM step / trading-signals        ${median(rounds.map((r) => r.library / r.step)).toFixed(2)} (want >= 0.40)`,
)
console.log(
  `cost a bar, ${LONG} / ${SHORT} bars              ${median(rounds.map((r) => r.step / r.short)).toFixed(3)} (want <= 1.10)`,
)
console.log(`saved series, JSON text                     ${(savedBytes() / 1024).toFixed(1)} KiB`)
const { position, series } = measureMemory()
console.log(`memory of one series, of ${MANY}             ${(series / 1024).toFixed(1)} KiB (want < 24)`)
console.log(`memory of one whole position, of ${MANY}     ${(position / 1024).toFixed(1)} KiB (want < 24)`)

function savedBytes(): number {
  return JSON.stringify(saveSeries(warm(long.slice(0, 5000)))).length
}

function warm(bars: typeof long): ReturnType<typeof createSeriesState> {
  const state = createSeriesState(defaultPmConfig)
  for (const bar of bars) advanceSeries(state, bar, defaultPmConfig)
  return state
}
