import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { TIMEFRAME_MS } from '@portolan/core'
import type { Runner, RunnerEvent } from '@portolan/runner'
import { createLogger, createRunner, loadSetup } from '@portolan/runner'
import { afterAll, describe, it } from 'vitest'
import { printedPrice } from '../src/market.ts'

const MINUTE = TIMEFRAME_MS['1m']
const DEADLINE_MS = 120_000

/** Averages so short and a gate so wide that a position is opened soon after a turn of the market, and closed soon after the next. */
const QUICK = {
  indicators: {
    emaPeriods: { ema20: 2, ema30: 3, ema60: 4, ema144: 6, ema250: 8, ema333: 10 },
    atrPeriod: 5,
    slopeBars: 2,
    warmupBars: 30,
  },
  flags: { retest: { distanceAtr: 50, minStrength: -5 } },
}

const folder = mkdtempSync(join(tmpdir(), 'portolan-minimal-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A time some seconds (at the speed below) before the market turns from falling to rising. */
function beforeARise(): number {
  const price = (minute: number): number => Number(printedPrice(100, minute * MINUTE))
  let minute = Math.floor(Date.UTC(2026, 0, 1) / MINUTE)
  while (!(price(minute) < price(minute - 30) && price(minute) < price(minute + 30))) minute += 1
  return (minute - 18) * MINUTE
}

/** What a person would write, but that the venue is named by its path. */
function writeConfig(directory: string, mode: 'paper' | 'live'): void {
  const config = {
    mode,
    clock: { speed: 240, anchorWallMs: Date.now(), anchorMs: beforeARise() },
    venues: [{ use: relative(directory, resolve(import.meta.dirname, '..')), options: { tradeEveryMs: 5_000 } }],
    positions: [{ venue: 'minimal/spot', token: 'COIN', timeframe: '1m', allocationUsd: 1_000 }],
    pm: QUICK,
    bars: { graceMs: 10_000, historyBars: 60 },
  }
  mkdirSync(directory)
  writeFileSync(join(directory, 'portolan.config.json'), JSON.stringify(config))
}

/** The first event that fits; rejects when the test has taken too long. */
function until(runner: Runner, fits: (event: RunnerEvent) => boolean, signal: AbortSignal): Promise<RunnerEvent> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('no such event')), { once: true })
    const end = runner.onEvent((event) => {
      if (!fits(event)) return
      end()
      resolve(event)
    })
  })
}

describe('a venue that only knows the contract', () => {
  for (const mode of ['paper', 'live'] as const) {
    it.concurrent(`is traded by the runner in mode ${mode}`, { timeout: DEADLINE_MS }, async ({ signal, expect }) => {
      const cwd = join(folder, mode)
      writeConfig(cwd, mode)
      const setup = await loadSetup({ cwd })
      expect(setup.warnings).toEqual([])
      await using runner = createRunner({ setup, logger: createLogger({ level: 'silent', pretty: false }) })
      const happened = Promise.all([
        until(runner, (event) => event.type === 'fill' && event.side === 'buy', signal),
        until(runner, (event) => event.type === 'intent' && event.side === 'sell' && event.state === 'filled', signal),
      ])
      await runner.start()
      expect(await happened).toMatchObject([{ position: { instrument: 'COIN' } }, { rule: expect.any(String) }])

      expect(runner.snapshot().venues).toMatchObject([{ key: 'minimal/spot', network: 'in-memory', problems: [] }])
      const [position] = await runner.store.positions(`${mode}@in-memory`)
      const fills = await runner.store.fills(position?.id ?? '')
      const held = fills.reduce((sum, { side, quantity }) => sum + (side === 'buy' ? 1 : -1) * Number(quantity), 0)
      expect(Number(position?.quantity)).toBeCloseTo(held, 9)
    })
  }
})
