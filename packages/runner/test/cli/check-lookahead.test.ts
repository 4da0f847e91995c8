import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { barFile } from './bar-file.ts'
import { Project } from './command-line.ts'

let project: Project
beforeEach(() => {
  project = new Project()
  project.write('bars.csv', barFile(700))
})
afterEach(() => {
  project[Symbol.dispose]()
})

const MARKET = ['--venue', 'hyperliquid/perps', '--token', 'BTC', '--timeframe', '1h']

function check(...more: string[]) {
  return project.run('check-lookahead', '--bars', 'bars.csv', ...MARKET, ...more)
}

function configWith(pm: Readonly<Record<string, unknown>>): void {
  const venues = [{ use: 'hyperliquid', options: { network: 'testnet' } }]
  project.write('portolan.config.json', JSON.stringify({ venues, pm }))
}

const HEAD = `
import { readFileSync } from 'node:fs'
import { holdPlan, makePlan, universalSignals } from '@portolan/core'
`
/** Buys when the next close is higher and sells when it is lower, as it reads in the file. */
const CHEAT = `${HEAD}
const rows = readFileSync(new URL('./bars.csv', import.meta.url), 'utf8').trim().split('\\n').slice(1)
const closes = new Map(rows.map((row) => [Number(row.split(',')[0]), Number(row.split(',')[4])]))
export default {
  plan(input) {
    const { signals, position } = input
    if (signals === null) return holdPlan()
    const next = closes.get(signals.ts + 3_600_000)
    if (next > signals.close && position.remainingUsd > 20)
      return makePlan(input, signals, { action: 'entry', rule: 'S3.entry', sizeFrac: 0.5 })
    if (next < signals.close && position.quantity > 0)
      return makePlan(input, signals, { action: 'emergency_exit', rule: 'exitPosition', sizeFrac: 1 })
    return holdPlan()
  },
}
`

describe('portolan check-lookahead', { timeout: 120_000 }, () => {
  it('finds nothing in the models of this framework, which also go on from a saved state', async () => {
    const { code, stdout, stderr } = await check('--samples', '6', '--resume')
    expect(stderr).toBe('')
    expect(stdout).toContain('no look-ahead found  700 bars, 6 changed futures')
    expect(code).toBe(0)
  })

  it('finds a planner that reads the recording by itself, and shows where', async () => {
    project.write('cheat.mjs', CHEAT)
    configWith({ planner: './cheat.mjs' })
    const { code, stdout, stderr } = await check('--samples', '6')
    expect(stderr).toMatch(/Look-ahead: \d of 6 changed futures changed decisions of the past/)
    expect(stdout).toMatch(/differs when the future after 2025-\S+ is (mirrored|scaled|noise|reversed|truncated)/)
    expect(stdout).toMatch(/bar 2025-\S+ \(\d+\) {2}plan\./)
    expect(stdout).toMatch(/before {2}\S[^\n]*\n {4}after {3}\S/)
    expect(code).toBe(1)
  })

  it('finds a model that decides by chance, and one that does not save all that it knows', async () => {
    project.write(
      'chance.mjs',
      `${HEAD}
      export default { plan: (input) => input.signals === null || input.position.quantity > 0 ? holdPlan()
        : makePlan(input, input.signals, { action: 'entry', rule: 'S3.entry', sizeFrac: 0.1 + Math.random() / 2 }) }`,
    )
    configWith({ planner: './chance.mjs' })
    expect((await check('--samples', '1')).stderr).toContain('otherwise each time')
    project.write(
      'forgetful.mjs',
      `${HEAD}
      export default {
        create: (config) => ({ series: universalSignals.create(config), seen: 0 }),
        advance: (state, bar, config) => {
          state.seen += 1
          const step = universalSignals.advance(state.series, bar, config)
          return step.signals === null ? step : { ...step, signals: { ...step.signals, rsi: state.seen } }
        },
        save: (state) => universalSignals.save(state.series),
        restore: (saved) => ({ series: universalSignals.restore(saved), seen: 0 }),
      }`,
    )
    configWith({ signals: './forgetful.mjs' })
    expect((await check('--samples', '1')).code).toBe(0)
    const { code, stdout, stderr } = await check('--samples', '2', '--resume')
    expect(stdout).toContain('signals.rsi')
    expect(stderr).toContain('do not go on from a saved state')
    expect(code).toBe(1)
  })
})
