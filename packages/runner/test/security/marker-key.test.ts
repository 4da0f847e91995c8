import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { base58 } from '@scure/base'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Ended } from '../cli/command-line.ts'
import { Project } from '../cli/command-line.ts'
import { formsIn, MARKER, MARKER_HEX, MARKER_PAIR } from './key-forms.ts'

const PLANNER = `
import { holdPlan, makePlan } from '@portolan/core'
export default {
  plan(input) {
    const { signals, position, openIntent } = input
    if (signals === null || openIntent !== null) return holdPlan()
    return position.quantity > 0
      ? makePlan(input, signals, { action: 'emergency_exit', rule: 'exitPosition', sizeFrac: 1 })
      : makePlan(input, signals, { action: 'entry', rule: 'S3.entry', sizeFrac: 0.5 })
  },
}
`
const TRADED = { positions: [{ venue: 'hyperliquid/perps', token: 'BTC', timeframe: '1m', allocationUsd: 500 }] }
const COMMON = { ...TRADED, bars: { graceMs: 2_000 }, pm: { planner: './planner.js' }, log: { level: 'debug' } }
const VENUES = [
  { use: 'hyperliquid', simulator: { speed: 60, seed: 7 }, key: { file: 'hyperliquid.key' } },
  { use: 'solana', simulator: { speed: 60, seed: 7 }, key: { file: 'solana.json' } },
]

let project: Project
const said: { readonly what: string; readonly text: string }[] = []

beforeEach(() => {
  said.length = 0
  project = new Project()
  project.write('planner.js', PLANNER)
  project.write('package.json', '{"type":"module"}')
  keyFile('hyperliquid.key', `0x${MARKER_HEX}\n`)
  keyFile('solana.json', JSON.stringify([...MARKER_PAIR]))
})
afterEach(() => project[Symbol.dispose]())

function keyFile(name: string, text: string, mode = 0o600): void {
  writeFileSync(project.path(name), text, { mode })
  chmodSync(project.path(name), mode)
}

function configure(config: object): void {
  project.write('portolan.config.json', JSON.stringify(config))
}

function heard(what: string, { stdout, stderr }: Ended): void {
  said.push({ what: `${what}, standard output`, text: stdout }, { what: `${what}, standard error`, text: stderr })
}

async function run(...args: string[]): Promise<Ended> {
  const ended = await project.run('--debug', ...args)
  heard(args.join(' '), ended)
  return ended
}

/** Every file below a folder, but the keys themselves. */
function files(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
}

/** Every row of every table, as text. */
async function tables(): Promise<readonly (readonly [string, string])[]> {
  const database = await PGlite.create(project.path('.portolan/db/data'))
  try {
    const { rows } = await database.query<{ readonly name: string }>(
      "select table_name as name from information_schema.tables where table_schema = 'public'",
    )
    const all: [string, string][] = []
    for (const { name } of rows) {
      const found = await database.query<{ readonly text: string }>(`select to_jsonb(t)::text as text from "${name}" t`)
      all.push([name, found.rows.map(({ text }) => text).join('\n')])
    }
    return all
  } finally {
    await database.close()
  }
}

describe('a key', { timeout: 300_000 }, () => {
  it('is found by this test where it is, in every form', () => {
    const pair = Buffer.from(MARKER_PAIR)
    for (const text of [
      `bad 0x${MARKER_HEX.toUpperCase()}!`,
      base58.encode(MARKER),
      base58.encode(MARKER_PAIR),
      `{"k":"${pair.toString('base64')}"}`,
      `[${[...MARKER].join(', ')}]`,
      JSON.stringify([...MARKER_PAIR], null, 2),
      BigInt(`0x${MARKER_HEX}`).toString(),
    ]) {
      expect(formsIn(text), text).not.toEqual([])
    }
    expect(formsIn(Buffer.concat([Buffer.from('x'), pair]))).not.toEqual([])
    expect(formsIn('nothing')).toEqual([])
  })

  it('is in nothing that is printed, logged or stored, whatever runs', async () => {
    for (const mode of ['live', 'dry-run', 'paper']) {
      configure({ ...COMMON, mode, venues: VENUES })
      const running = project.start('--debug', 'start')
      await running.line(mode === 'dry-run' ? / intent .*not-sent/ : / fill /)
      const ended = await running.stop('SIGINT')
      expect(ended.code, ended.stderr.slice(-2_000)).toBe(0)
      heard(`start, ${mode}`, ended)
    }
    configure({ ...COMMON, mode: 'live', venues: VENUES })
    for (const args of [
      ['positions', '--json'],
      ['intents', '--json'],
      ['explain', '--last'],
      ['explain', '--last', '--json'],
      ['explain', '--decision', 'BTC/1m', '--json'],
      ['venues'],
      ['venues', '--json'],
      ['trading'],
      ['halt', '--reason', 'a test'],
      ['resume'],
      ['replay', '--out', 'replayed'],
    ]) {
      const ended = await run(...args)
      expect(ended.stdout + ended.stderr, args.join(' ')).not.toBe('')
    }
    expect(said.some(({ text }) => text.includes('not-sent'))).toBe(true)
    const stored = await tables()
    expect(stored.find(([name]) => name === 'orders')?.[1]).toContain('signature')
    for (const { what, text } of said) expect(formsIn(text), what).toEqual([])
    for (const [name, text] of stored) expect(formsIn(text), `table ${name}`).toEqual([])
    // What the database has written besides its tables, simulators' states, reports.
    for (const path of files(project.path('.portolan'))) expect(formsIn(readFileSync(path)), path).toEqual([])
  })

  it('is in no error either, however wrongly it was given', async () => {
    const [hyperliquid, solana] = ['hyperliquid', 'solana'] as const
    keyFile('open.key', MARKER_HEX, 0o644)
    keyFile('long.key', `${MARKER_HEX}00`)
    keyFile('cut.json', JSON.stringify([...MARKER_PAIR]).slice(0, -1))
    keyFile('swapped.json', JSON.stringify([...MARKER_PAIR.slice(32), ...MARKER]))
    mkdirSync(project.path('folder.key'))
    const wrong: readonly (readonly [string, object])[] = [
      ['the key itself in the config', { use: hyperliquid, key: MARKER_HEX }],
      ['as the name of a variable', { use: hyperliquid, key: { env: MARKER_HEX } }],
      ['as an option', { use: hyperliquid, options: { privateKey: MARKER_HEX } }],
      ['as the value of an option', { use: hyperliquid, options: { account: MARKER_HEX } }],
      ['as another option', { use: solana, options: { secretKey: [...MARKER_PAIR] } }],
      ['in a file that is open to others', { use: hyperliquid, key: { file: 'open.key' } }],
      ['with a digit too many', { use: hyperliquid, key: { file: 'long.key' } }],
      ['of another curve', { use: hyperliquid, key: { file: 'solana.json' } }],
      ['cut off', { use: solana, key: { file: 'cut.json' } }],
      ['with its halves swapped', { use: solana, key: { file: 'swapped.json' } }],
      ['a folder', { use: solana, key: { file: 'folder.key' } }],
    ]
    for (const [what, venue] of wrong) {
      const simulator = { speed: 60, seed: 7 }
      configure({ ...COMMON, positions: [], mode: 'live', venues: [{ simulator, ...venue }] })
      const ended = await run('start', '--until', '120s')
      expect(ended.code, `${what}: ${ended.stdout}`).not.toBe(0)
      expect(ended.stderr, what).not.toBe('')
      for (const text of [ended.stdout, ended.stderr]) expect(formsIn(text), `${what}: ${ended.stderr}`).toEqual([])
    }
    expect(said.some(({ text }) => text.includes('chmod 600'))).toBe(true)
  })
})
