import type { Instrument } from '@portolan/core'
import {
  decimalFromNumber,
  defaultPmConfig,
  FRICTIONLESS_SIZING,
  instrumentId,
  parseDecimal,
  universalModels,
  venueKey,
} from '@portolan/core'
import type { BacktestFill, BacktestStep, RecordedBar } from '@portolan/runner'
import { runBacktest } from '@portolan/runner'
import { expect, it } from 'vitest'
import config from '../portolan.config.ts'
import planner from '../src/planner.ts'

const HOUR = 3_600_000
const START = Date.UTC(2025, 0, 1)
const VENUE = { key: venueKey({ tokenChain: 'acme', bookId: 'spot' }), name: 'acme' }

/** A market that rises and falls in long waves. */
function bars(count: number): RecordedBar[] {
  let open = 100
  return Array.from({ length: count }, (_, index) => {
    const close = open * (1 + Math.sin(index / 120) * 0.003 + Math.sin(index / 9) * 0.002)
    const [high, low] = [Math.max(open, close) * 1.001, Math.min(open, close) * 0.999]
    const bar = { ts: START + index * HOUR, open, high, low, close, volume: 100, openPrice: decimalFromNumber(open) }
    open = close
    return bar
  })
}

const instrument: Instrument = {
  id: instrumentId('ACME'),
  base: 'ACME',
  quote: 'USD',
  status: 'trading',
  sizing: FRICTIONLESS_SIZING,
  fees: { takerBps: 5, makerBps: 1 },
  marketCapUsd: null,
}

it('buys half of what remains when S2 becomes S3, and sells all on exitPosition', async () => {
  const steps: BacktestStep[] = []
  const fills: BacktestFill[] = []
  await runBacktest(
    {
      venue: VENUE,
      instrument,
      timeframe: '1h',
      bars: bars(3000),
      allocationUsd: parseDecimal('1000'),
      pm: { config: defaultPmConfig, models: { ...universalModels, planner }, fixedA: null, fixedE: null },
      frictionless: true,
      slippageBps: 0,
      startingCash: null,
    },
    {
      onStep: (step) => void steps.push(step),
      onFill: (fill) => void fills.push(fill),
      onTradeClosed: () => undefined,
      onUnfilled: () => undefined,
    },
  )
  const planned = steps.flatMap(({ plan, signals }) => (plan.kind === 'intent' && signals ? [{ plan, signals }] : []))
  expect(fills).toHaveLength(planned.length)
  const buys = planned.filter(({ plan }) => plan.intent.rule === 'S3.entry')
  const exits = planned.filter(({ plan }) => plan.intent.rule === 'exitPosition')
  expect(buys.length).toBeGreaterThan(1)
  expect(exits.length).toBeGreaterThan(1)
  expect(buys.every(({ signals }) => signals.prevState === 'S2' && signals.state === 'S3')).toBe(true)
  expect(buys[0]?.plan.intent.notionalUsd).toBe(500)
  expect(exits.every(({ signals }) => signals.flags.exitPosition)).toBe(true)
  expect(steps.filter(({ plan }) => plan.kind === 'hold' && plan.refused !== undefined)).toEqual([])
})

it('is what the config names', () => {
  expect(config.pm?.planner).toBe(planner)
})
