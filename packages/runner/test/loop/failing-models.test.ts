import type { PmModels } from '@portolan/core'
import {
  decimalFromNumber,
  defaultPmConfig,
  definePmConfig,
  FRICTIONLESS_SIZING,
  holdPlan,
  instrumentId,
  makePlan,
  parseDecimal,
  universalModels,
  venueKey,
} from '@portolan/core'
import { describe, expect, it } from 'vitest'
import { runBacktest } from '../../src/backtest/run-backtest.ts'
import type { RecordedBar } from '../../src/history/csv-bars.ts'
import type { BacktestFill, BacktestStep } from '../../src/report/backtest/backtest-step.ts'

const HOUR = 3_600_000
const START = Date.UTC(2025, 0, 1)
/** Warm after 60 bars. */
const config = definePmConfig({
  indicators: {
    ...defaultPmConfig.indicators,
    emaPeriods: { ema20: 4, ema30: 6, ema60: 10, ema144: 18, ema250: 26, ema333: 34 },
    warmupBars: 60,
  },
})

function waves(count: number): RecordedBar[] {
  let open = 100
  return Array.from({ length: count }, (_, index) => {
    const close = open * (1 + Math.sin(index / 30) * 0.004 + Math.sin(index / 5) * 0.004)
    const bar = { open, close, high: Math.max(open, close) * 1.001, low: Math.min(open, close) * 0.999, volume: 1 }
    open = close
    return { ts: START + index * HOUR, ...bar, openPrice: decimalFromNumber(bar.open) }
  })
}

async function play(models: Partial<PmModels>, fixedA: number | null = 0.5) {
  const steps: BacktestStep[] = []
  const fills: BacktestFill[] = []
  const id = instrumentId('ACME')
  const fees = { takerBps: 0, makerBps: 0 }
  const run = runBacktest(
    {
      venue: { key: venueKey({ tokenChain: 'acme', bookId: 'spot' }), name: 'acme' },
      instrument: {
        id,
        base: 'ACME',
        quote: 'USD',
        status: 'trading',
        sizing: FRICTIONLESS_SIZING,
        fees,
        marketCapUsd: null,
      },
      timeframe: '1h',
      bars: waves(300),
      allocationUsd: parseDecimal('1000'),
      pm: { config, models: { ...universalModels, ...models }, fixedA, fixedE: null },
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
  await run
  return { steps, fills }
}

describe('a loop with models of somebody else', () => {
  it('goes on past a planner that throws or plans nonsense, sends nothing of it, and says so', async () => {
    let asked = 0
    const { steps, fills } = await play({
      planner: {
        plan: (input) => {
          asked += 1
          if (asked % 3 === 0) throw new Error('out of luck')
          if (input.signals === null) return holdPlan()
          return makePlan(input, input.signals, { action: 'entry', rule: 'S3.entry', sizeFrac: Number.NaN })
        },
      },
    })
    expect(asked).toBe(300)
    expect(fills).toEqual([])
    const reasons = new Set(steps.map(({ plan }) => (plan.kind === 'hold' ? plan.refused : plan.kind)))
    expect(reasons).toEqual(
      new Set([
        undefined,
        'the planner threw: out of luck',
        "the intent's sizeFrac is NaN, not a share above 0 and up to 1",
      ]),
    )
  })

  it('buys nothing on a regime that fails', async () => {
    const always: PmModels['planner'] = {
      plan: (input) =>
        input.signals === null || input.position.remainingUsd < 1
          ? holdPlan()
          : makePlan(input, input.signals, { action: 'entry', rule: 'S3.entry', sizeFrac: 0.5 }),
    }
    const regime: PmModels['regime'] = {
      evaluate: () => {
        throw new Error('no drivers')
      },
    }
    expect((await play({ planner: always })).fills.length).toBeGreaterThan(0)
    const { steps, fills } = await play({ planner: always, regime }, null)
    expect(fills).toEqual([])
    expect(steps.at(-1)?.plan).toMatchObject({ kind: 'hold', nearest: { gate: 'permission' } })
  })

  it('ends a position whose signal model fails, with the reason', async () => {
    const signals: PmModels['signals'] = {
      ...universalModels.signals,
      advance: (state, bar, of) => {
        if (bar.ts === START + 100 * HOUR) throw new Error('no weights')
        return universalModels.signals.advance(state, bar, of)
      },
    }
    await expect(play({ signals })).rejects.toThrow('the signal model of the config failed')
  })
})
