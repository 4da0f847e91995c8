import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { barFile } from './bar-file.ts'
import { Project } from './command-line.ts'

let project: Project
beforeEach(() => {
  project = new Project()
})
afterEach(() => {
  project[Symbol.dispose]()
})

const MARKET = ['--venue', 'hyperliquid/perps', '--token', 'BTC', '--timeframe', '1h', '--allocation', '1000']

function backtest(bars: string, ...more: string[]) {
  return project.run('backtest', '--bars', bars, ...MARKET, '--out', 'out', ...more)
}

function lines(file: string): Record<string, unknown>[] {
  const text = readFileSync(project.path(file), 'utf8').trimEnd()
  return text === '' ? [] : text.split('\n').map((line) => JSON.parse(line) as Record<string, unknown>)
}

describe('portolan backtest', () => {
  it('writes decisions, fills and a report, and says what it found', async () => {
    project.write('bars.csv', barFile(1500))
    const { code, stdout, stderr } = await backtest('bars.csv', '--fixed-a', '0.8', '--fixed-e', '0.2')
    expect(stderr).toBe('')
    expect(code).toBe(0)
    expect(stdout).toContain('hyperliquid/perps BTC 1h')
    expect(readdirSync(project.path('out')).toSorted()).toEqual(['decisions.jsonl', 'fills.jsonl', 'report.json'])
    expect(lines('out/decisions.jsonl')).toHaveLength(1500 - 349)
    const report = JSON.parse(readFileSync(project.path('out/report.json'), 'utf8'))
    expect(report).toMatchObject({
      kind: 'portolan-backtest',
      bars: { total: 1500, warmUp: 349, evaluated: 1151, filled: 0 },
      settings: { frictionless: false, slippageBps: 5, fixedA: 0.8, fixedE: 0.2, config: null },
      versions: { contract: 1 },
    })
    expect(report.decisions.fills).toBe(lines('out/fills.jsonl').length)
    expect(report.decisions.fills).toBeGreaterThan(0)
    expect(report.result.feesUsd).toBeGreaterThan(0)
  })

  it('reads A and E from the sources of the config: a file serves its own and all longer timeframes', async () => {
    const from = Number(barFile(1).split('\n')[1]?.split(',')[0])
    const hour = 3_600_000
    // Long enough before the bars for the drivers of an hour and of four to have data from the first one on.
    const dominance = Array.from({ length: 3_500 }, (_, index) => {
      const [open, close] = [index, index + 1].map((at) => (60 + 10 * Math.sin(at / 400)).toFixed(6))
      const [high, low] = [Math.max(Number(open), Number(close)), Math.min(Number(open), Number(close))]
      return [from + (index - 2_000) * hour, open, high + 0.1, low - 0.1, close, 1].join(',')
    })
    project.write('dominance.csv', ['ts,open,high,low,close,volume', ...dominance].join('\n'))
    project.write('bars.csv', barFile(900))
    const regime = { drivers: { usdt_dominance: { csv: 'dominance.csv', timeframe: '1h' } } }
    const config = (changes: object) =>
      project.write(
        'portolan.config.json',
        JSON.stringify({
          venues: [{ use: 'hyperliquid' }],
          majors: { venue: 'hyperliquid/perps', symbols: ['ETH'] },
          pm: { regime: { timeframe: { macro: '4h', meso: '1h', micro: '1m' } } },
          regime,
          ...changes,
        }),
      )
    config({})
    const { code, stderr, stdout } = await backtest('bars.csv')
    expect([code, stderr]).toEqual([
      0,
      expect.stringContaining('btc of the regime is without ETH of hyperliquid/perps'),
    ])
    expect(stdout).toContain('missing btc macro')
    const decided = lines('out/decisions.jsonl') as { A: number; missing: string[] }[]
    expect(new Set(decided.map(({ A }) => A)).size).toBeGreaterThan(1)
    for (const { missing } of decided) {
      expect(missing).not.toContain('usdt_dominance macro')
      expect(missing).not.toContain('usdt_dominance meso')
      expect(missing).toEqual(expect.arrayContaining(['usdt_dominance micro', 'btc macro', 'bucket meso']))
    }
    const report = JSON.parse(readFileSync(project.path('out/report.json'), 'utf8'))
    expect(report.regime).toMatchObject({ read: decided.length, missing: { 'btc macro': decided.length } })
    config({ regime: {}, majors: false })
    await backtest('bars.csv')
    expect((lines('out/decisions.jsonl') as { A: number }[]).every(({ A }) => A === 0.5)).toBe(true)
  })

  it('gives the same files for the same bars, and replaces an earlier report', async () => {
    project.write('bars.csv', barFile(900))
    await backtest('bars.csv')
    const first = lines('out/fills.jsonl')
    const { code } = await backtest('bars.csv')
    expect(code).toBe(0)
    expect(lines('out/fills.jsonl')).toEqual(first)
  })

  it('fills gaps of the file and counts them', async () => {
    const rows = barFile(500).split('\n')
    rows.splice(400, 3)
    project.write('bars.csv', rows.join('\n'))
    const { stdout } = await backtest('bars.csv')
    expect(stdout).toContain('3 of them filled where the file has a gap')
  })

  it.each([
    [
      'a broken row',
      ['bars.csv', (text: string) => text.replace(/^((?:.*\n){99})(\d+),[\d.]+/, '$1$2,oops')],
      [],
      'line 100: open is "oops"',
    ],
    ['a file that is not there', ['none.csv', null], [], 'none.csv: there is no such file'],
    ['an unknown token', ['bars.csv', null], ['--token', 'BTCC'], 'hyperliquid/perps has no token "BTCC" (close: BTC)'],
    ['an unknown venue', ['bars.csv', null], ['--venue', 'nowhere/perps'], 'There is no venue nowhere/perps'],
    ['another book', ['bars.csv', null], ['--venue', 'hyperliquid/spot'], 'is the venue hyperliquid/perps'],
    ['bars of another timeframe', ['bars.csv', null], ['--timeframe', '4h'], 'is not the start of a 4h bar'],
    [
      'slippage without friction',
      ['bars.csv', null],
      ['--frictionless', '--slippage-bps', '3'],
      'leave out --slippage-bps',
    ],
    ['a config that is not there', ['bars.csv', null], ['--config', 'no.json'], 'no.json'],
  ] as const)('refuses %s in one message and writes nothing', async (_what, [bars, spoil], more, message) => {
    const text = barFile(400)
    project.write('bars.csv', spoil === null ? text : spoil(text))
    const before = readdirSync(project.directory)
    const { code, stdout, stderr } = await backtest(bars, ...more)
    expect(stderr).toContain(message)
    expect(stderr).not.toContain('    at ')
    expect([code, stdout]).toEqual([1, ''])
    expect(readdirSync(project.directory)).toEqual(before)
  })

  it('does not replace a directory of somebody else', async () => {
    project.write('bars.csv', barFile(400))
    const { code, stderr } = await project.run('backtest', '--bars', 'bars.csv', ...MARKET, '--out', '.')
    expect(code).toBe(1)
    expect(stderr).toContain('--out')
    expect(existsSync(project.path('bars.csv'))).toBe(true)
  })

  it('leaves nothing behind when it is interrupted', async () => {
    project.write('bars.csv', barFile(30_000))
    const before = readdirSync(project.directory)
    const running = project.start('backtest', '--bars', 'bars.csv', ...MARKET, '--out', 'out')
    while (readdirSync(project.directory).length === before.length) await new Promise((next) => setTimeout(next, 20))
    const { code, stderr } = await running.stop('SIGINT')
    expect(code).not.toBe(0)
    expect(stderr).toContain('Interrupted')
    expect(readdirSync(project.directory)).toEqual(before)
  })

  it('takes constants and slippage from the config when there is one', async () => {
    const options = { network: 'testnet' }
    const pm = { fixedA: 0.25, warmup: 1 }
    project.write('portolan.config.json', JSON.stringify({ venues: [{ use: 'hyperliquid', options }], pm }))
    project.write('bars.csv', barFile(400))
    const refused = await backtest('bars.csv')
    expect(refused.stderr).toContain('warmup')
    const config = { venues: [{ use: 'hyperliquid', options, slippageBps: 9 }], pm: { fixedA: 0.25 } }
    project.write('portolan.config.json', JSON.stringify(config))
    await backtest('bars.csv')
    const { settings } = JSON.parse(readFileSync(project.path('out/report.json'), 'utf8'))
    expect(settings).toMatchObject({ slippageBps: 9, fixedA: 0.25, config: project.path('portolan.config.json') })
  })
})

const SHARED = resolve(import.meta.dirname, '..', '..', '..', '..', '..', 'shared')
const VECTOR = resolve(SHARED, 'vectors', 'hyperliquid-BTC-1h.a0.5-e0.5.jsonl')
const CANDLES = resolve(SHARED, 'data', 'candles', 'hyperliquid-BTC-1h.csv')

describe.skipIf(!existsSync(VECTOR))(
  'portolan backtest on recorded candles (skipped where ../shared is not there)',
  () => {
    it('writes the lines that another implementation wrote', async () => {
      const { code } = await backtest(CANDLES, '--frictionless', '--fixed-a', '0.5', '--fixed-e', '0.5')
      expect(code).toBe(0)
      const expected = readFileSync(VECTOR, 'utf8').trimEnd().split('\n')
      const actual = readFileSync(project.path('out/decisions.jsonl'), 'utf8').trimEnd().split('\n')
      expect(actual).toHaveLength(expected.length)
      const differing = actual.filter((line, index) => !isSame(JSON.parse(line), JSON.parse(expected[index] ?? 'null')))
      expect(differing.slice(0, 3)).toEqual([])
    })
  },
)

/** The same keys in the same order, the same words, numbers to 1e-6 relative or to the last printed digit. */
function isSame(a: unknown, b: unknown, key = ''): boolean {
  if (typeof a === 'number' && typeof b === 'number') {
    const printed = key === 'investedUsd' || key === 'extractedUsd' ? 1.001e-6 : 1.001e-9
    return Math.abs(a - b) <= Math.max(1e-6 * Math.abs(b), printed)
  }
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b
  const [left, right] = [Object.entries(a), Object.entries(b)]
  return (
    left.length === right.length &&
    left.every(([name, value], index) => right[index]?.[0] === name && isSame(value, right[index]?.[1], name))
  )
}
