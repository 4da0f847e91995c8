/** Prints the heap bytes of one state, from the growth of the heap by many that have seen different markets. Started by ./memory.ts. */
import type { Bar } from '../src/market/bar.ts'
import {
  advanceSeries,
  createPositionState,
  createSeriesState,
  defaultPmConfig,
  stepPosition,
} from '../src/pm/index.ts'
import { randomBars } from './random-bars.ts'

/** Enough for every window to be full. */
const BARS = 700
const [kind, many] = process.argv.slice(2)
const { gc } = globalThis
if (gc === undefined) throw new Error('start it with --expose-gc')
const collect = (): void => {
  gc()
}
const market = randomBars(BARS + Number(many), 1)
const states: unknown[] = []
// What is compiled and cached belongs to the first of them.
states.push(warm(0))
collect()
const before = process.memoryUsage().heapUsed
for (let index = 1; index <= Number(many); index += 1) states.push(warm(index))
collect()
const after = process.memoryUsage().heapUsed
process.stdout.write(String((after - before) / (states.length - 1)))

function warm(from: number): unknown {
  const bars = market.slice(from, from + BARS)
  return kind === 'series' ? series(bars) : position(bars)
}

function series(bars: readonly Bar[]): unknown {
  const state = createSeriesState(defaultPmConfig)
  for (const bar of bars) advanceSeries(state, bar, defaultPmConfig)
  return state
}

function position(bars: readonly Bar[]): unknown {
  const state = createPositionState('1m', defaultPmConfig)
  for (const bar of bars) stepPosition({ state, bar, A: 0.5, E: 0.5, allocationUsd: 1000, config: defaultPmConfig })
  return state
}
