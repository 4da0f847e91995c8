import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { instrumentId, parseDecimal, parseVenueKey, TIMEFRAME_MS } from '@portolan/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPGliteStore } from '../../src/store/pglite/open-pglite.ts'
import { BEGIN, SyntheticMarket } from '../replay/synthetic-market.ts'
import { Project } from './command-line.ts'

const HOUR = TIMEFRAME_MS['1h']
const VENUE = parseVenueKey('hyperliquid/perps')
const SOURCE = 'mainnet:default'
const RECORDED_HOURS = 18 * 24
const position = (token: string) => ({ venue: VENUE, token, timeframe: '1h', allocationUsd: 1000 })

let project: Project

/** A project whose store has recorded hourly bars of BTC and ETH; ETH was added while it ran, SOL never came to be recorded. */
beforeAll(async () => {
  project = new Project({
    mode: 'paper',
    store: { directory: 'db' },
    venues: [{ use: 'hyperliquid', options: { network: 'mainnet' } }],
    positions: [position('BTC'), position('SOL')],
  })
  const market = new SyntheticMarket(['BTC', 'ETH'], { minutes: RECORDED_HOURS * 60, seed: 38 })
  await using store = await openPGliteStore({ directory: project.path('db'), now: () => BEGIN })
  for (const { id: instrument } of market.instruments) {
    const ref = { venue: VENUE, source: SOURCE, feed: 'trading', instrument } as const
    await store.saveBars(ref, '1h', market.bars(instrument, '1h', BEGIN, market.end))
  }
  const eth = { scope: 'paper@mainnet', venue: VENUE, label: 'default', instrument: instrumentId('ETH') } as const
  await store.addPosition({ ...eth, timeframe: '1h' }, parseDecimal('500'))
})
afterAll(() => project[Symbol.dispose]())

const FROM = new Date(BEGIN + 360 * HOUR).toISOString()
const TO = new Date(BEGIN + 420 * HOUR).toISOString()

/** What lies in a folder, by path. */
function filesIn(folder: string): Readonly<Record<string, string>> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.json/.test(name))
  return Object.fromEntries(names.toSorted().map((name) => [name, readFileSync(join(folder, name), 'utf8')]))
}

describe('portolan replay', () => {
  it('plays all positions of which something was recorded, and writes a report of each', async () => {
    const { code, stdout, stderr } = await project.run('replay', '--from', FROM, '--to', TO, '--out', 'all')
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: 'hyperliquid/perps SOL 1h is left out: nothing of it was recorded in that time\n',
    })
    expect(stdout).toMatch(/ BTC +1h /)
    expect(stdout).toMatch(/ ETH +1h /)
    const files = filesIn(project.path('all'))
    expect(Object.keys(files)).toEqual(
      ['BTC-1h', 'ETH-1h'].flatMap((name) =>
        ['decisions.jsonl', 'fills.jsonl', 'report.json'].map((file) => join(name, file)),
      ),
    )
    const decisions = files[join('BTC-1h', 'decisions.jsonl')]?.trim().split('\n') ?? []
    // The bar that ends where it begins, and those that end until it ends.
    expect(decisions.map((line) => JSON.parse(line).ts)).toEqual(
      Array.from({ length: 61 }, (_, index) => BEGIN + (359 + index) * HOUR),
    )
    const report = JSON.parse(files[join('ETH-1h', 'report.json')] ?? '{}')
    expect(report).toMatchObject({
      venue: 'hyperliquid/perps',
      token: 'ETH',
      timeframe: '1h',
      result: { allocationUsd: 500 },
      settings: { bars: 'recorded by mainnet:default', frictionless: false },
    })
  })

  it('gives the same files every time, and leaves the store as it was', async () => {
    for (const out of ['first', 'second']) {
      const { code } = await project.run('replay', '--positions', 'all', '--from', FROM, '--to', TO, '--out', out)
      expect(code).toBe(0)
    }
    expect(filesIn(project.path('second'))).toEqual(filesIn(project.path('first')))
    await using store = await openPGliteStore({ directory: project.path('db'), now: () => BEGIN })
    expect(await store.positions('replay@mainnet')).toEqual([])
    expect(await store.intents(null, 10)).toEqual([])
    const [eth] = await store.positions('paper@mainnet')
    expect(eth).toMatchObject({ instrument: 'ETH', lastBarTs: null, quantity: '0' })
  })

  it('plays one position and sums it up; scores, slippage and allocation as they are asked for', async () => {
    const chosen = ['--token', 'BTC', '--timeframe', '1h', '--allocation', '250']
    const set = ['--fixed-a', '0.8', '--fixed-e', '0.2', '--slippage-bps', '7']
    const { code, stdout } = await project.run('replay', '--from', FROM, ...chosen, ...set, '--out', 'one')
    expect(code).toBe(0)
    expect(stdout).toContain('hyperliquid/perps BTC 1h')
    expect(stdout).toContain('slippage 7 bps')
    const report = JSON.parse(readFileSync(project.path('one/BTC-1h/report.json'), 'utf8'))
    expect(report.settings).toMatchObject({ fixedA: 0.8, fixedE: 0.2, slippageBps: 7 })
    expect(report.result.allocationUsd).toBe(250)
    // As far as the recording goes.
    expect(report.period.to).toBe(BEGIN + (RECORDED_HOURS - 1) * HOUR)
  })

  it('plays a timeframe that was no position, made of what was recorded', async () => {
    const chosen = ['--token', 'BTC', '--timeframe', '4h', '--allocation', '250']
    const { code, stdout } = await project.run('replay', '--from', FROM, '--to', TO, ...chosen)
    expect(code).toBe(0)
    expect(stdout).toMatch(/bars +16: 0 evaluated, 16 to warm up/)
  })

  it.each([
    [
      'a time of which nothing was recorded',
      ['--from', '2020-01-01', '--to', '2020-02-01'],
      /Nothing of .*BTC 1h.* was recorded from 2020-01-01[\s\S]*BTC 1h was recorded from 2026-01-05 00:00:00 to 2026-01-23 00:00:00 UTC/,
    ],
    ['an unknown token', ['--from', FROM, '--token', 'BTCC'], /^hyperliquid\/perps has no token "BTCC" \(close: BTC/],
    [
      'an unknown venue',
      ['--from', FROM, '--venue', 'acme/spot', '--token', 'BTC'],
      /^The config has no venue acme\/spot$/,
    ],
    [
      'a token that is no position, without a timeframe',
      ['--from', FROM, '--token', 'DOGE'],
      /^No position of hyperliquid\/perps DOGE is known: give --timeframe and --allocation/,
    ],
    ['a timeframe of no position', ['--from', FROM, '--timeframe', '5m'], /^There is no position of 5m to replay/],
    ['an end before the beginning', ['--from', TO, '--to', FROM], /^--to must be after --from$/],
    ['a config that is not there', ['--from', FROM, '--config', 'missing.json'], /missing\.json/],
  ])('refuses %s in one message, and writes nothing', async (_what, args, message) => {
    const { code, stdout, stderr } = await project.run('replay', ...args, '--out', 'refused')
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr.trim()).toMatch(message)
    expect(existsSync(project.path('refused'))).toBe(false)
  })

  it.each([
    ['a time that is none', ['--from', 'yesterday'], /Expected a time, e\.g\. 2026-01-05/],
    ['no time', [], /--from/],
    ['all positions and one of them', ['--from', FROM, '--positions', 'all', '--token', 'BTC'], /cannot be used with/],
  ])('refuses %s as a wrong use', async (_what, args, message) => {
    const { code, stderr } = await project.run('replay', ...args)
    expect(code).toBe(2)
    expect(stderr).toMatch(message)
  })

  it('does not replace a folder of somebody else', async () => {
    mkdirSync(project.path('mine/BTC-1h'), { recursive: true })
    project.write('mine/BTC-1h/notes.txt', 'mine')
    const { code, stderr } = await project.run('replay', '--from', FROM, '--to', TO, '--out', 'mine')
    expect(code).toBe(1)
    expect(stderr).toContain('notes.txt')
    expect(readdirSync(project.path('mine'), { recursive: true })).toEqual(['BTC-1h', 'BTC-1h/notes.txt'])
  })

  it('leaves nothing behind when it is interrupted', async () => {
    const command = project.start('replay', '--from', String(BEGIN), '--out', 'interrupted')
    const drafts = () => (existsSync(project.path('interrupted')) ? readdirSync(project.path('interrupted')) : [])
    while (drafts().length === 0 && command.process.exitCode === null)
      await new Promise((resolve) => setTimeout(resolve, 1))
    const { code, stderr } = await command.stop('SIGINT')
    expect({ code, stderr: stderr.split('\n').at(-2) }).toEqual({ code: 1, stderr: 'Interrupted by SIGINT' })
    expect(existsSync(project.path('interrupted'))).toBe(false)
  })

  it('says what to do when there is no database', async () => {
    using empty = new Project({ mode: 'paper', venues: [{ use: 'hyperliquid' }], positions: [position('BTC')] })
    const { code, stderr } = await empty.run('replay', '--from', FROM)
    expect(code).toBe(1)
    expect(stderr).toMatch(/^There is no database in /)
    expect(existsSync(empty.path('.portolan'))).toBe(false)
  })
})
