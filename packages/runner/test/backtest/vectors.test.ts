import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Instrument, Timeframe } from '@portolan/core'
import {
  defaultPmConfig,
  FRICTIONLESS_SIZING,
  instrumentId,
  parseDecimal,
  universalModels,
  venueKey,
} from '@portolan/core'
import { describe, expect, it } from 'vitest'
import { runBacktest } from '../../src/backtest/run-backtest.ts'
import { readBarFile } from '../../src/history/csv-bars.ts'
import { decisionLine } from '../../src/report/backtest/decision-line.ts'

const SHARED = fileURLToPath(new URL('../../../../../shared/', import.meta.url))
const SERIES = [
  { name: 'hyperliquid-BTC-1h', token: 'BTC', timeframe: '1h', a: 0.5, e: 0.5 },
  { name: 'hyperliquid-SOL-5m', token: 'SOL', timeframe: '5m', a: 0.8, e: 0.2 },
] as const satisfies readonly { name: string; token: string; timeframe: Timeframe; a: number; e: number }[]

const TOLERANCE = 1e-6

describe.runIf(existsSync(SHARED))('a frictionless backtest through the loop equals another implementation', () => {
  it.each(SERIES)('$name, A $a, E $e', async ({ name, token, timeframe, a, e }) => {
    const bars = readBarFile(`${SHARED}data/candles/${name}.csv`, timeframe)
    const lines: string[] = []
    await runBacktest(
      {
        venue: { key: venueKey({ tokenChain: 'hyperliquid', bookId: 'perps' }), name: 'test' },
        instrument: instrument(token),
        timeframe,
        bars,
        allocationUsd: parseDecimal('1000'),
        pm: { config: defaultPmConfig, models: universalModels, fixedA: a, fixedE: e },
        frictionless: true,
        slippageBps: 0,
        startingCash: null,
      },
      {
        onStep: (step) => lines.push(...(decisionLine(step) ?? '').split('\n').filter((line) => line !== '')),
        onFill: () => undefined,
        onTradeClosed: () => undefined,
        onUnfilled: () => undefined,
      },
    )
    const expected = readFileSync(`${SHARED}vectors/${name}.a${a}-e${e}.jsonl`, 'utf8').trim().split('\n')
    expect(lines).toHaveLength(expected.length)
    for (const [index, line] of expected.entries()) {
      const difference = firstDifference(JSON.parse(line), JSON.parse(lines[index] ?? 'null'), 'line')
      expect(difference, `bar ${index + 350}`).toBeNull()
    }
  })
})

describe.skipIf(existsSync(SHARED))('a frictionless backtest equals another implementation', () => {
  it.skip('the folder with the vectors is not beside the project', () => undefined)
})

function instrument(token: string): Instrument {
  const fees = { takerBps: 4.5, makerBps: 1.5 }
  const id = instrumentId(token)
  return { id, base: token, quote: 'USDC', status: 'trading', sizing: FRICTIONLESS_SIZING, fees, marketCapUsd: null }
}

/** The first place where two values differ by more than the printed digits; `null` when there is none. */
function firstDifference(want: unknown, got: unknown, path: string): string | null {
  if (typeof want === 'number' && typeof got === 'number') {
    const near = Math.abs(want - got) <= Math.max(TOLERANCE * Math.abs(want), TOLERANCE)
    return near ? null : `${path}: expected ${want}, got ${got}`
  }
  if (want !== null && typeof want === 'object' && got !== null && typeof got === 'object') {
    const keys = new Set([...Object.keys(want), ...Object.keys(got)])
    for (const key of keys) {
      const inner = firstDifference(Reflect.get(want, key), Reflect.get(got, key), `${path}.${key}`)
      if (inner !== null) return inner
    }
    return null
  }
  return want === got ? null : `${path}: expected ${JSON.stringify(want)}, got ${JSON.stringify(got)}`
}
