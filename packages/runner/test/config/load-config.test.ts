import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ConfigError, loadConfig } from '../../src/config/index.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'portolan-config-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

const GOOD = {
  venues: [{ use: 'acme' }],
  positions: [{ venue: 'Acme/Spot', token: 'BTC', timeframe: '1h', allocationUsd: 1000 }],
}

const FIVE_MISTAKES = `{
  "mode": "live",
  "venues": [{ "use": "acme", "lable": "main" }, { "use": 7, "key": { "env": "K", "file": "k" } }],
  "positions": [{ "venue": "acme/spot", "token": "BTC", "timeframe": "2h", "allocationUsd": -5 }]
}`

const YAML_FIVE_MISTAKES = `
mode: live
venues:
  - use: acme
    lable: main
  - use: 7
    key: { env: K, file: k }
positions:
  - venue: acme/spot
    token: BTC
    timeframe: 2h
    allocationUsd: -5
`

/** The text of a config in each format. */
const FORMATS: readonly [string, string][] = [
  [
    'portolan.config.ts',
    `interface Wide { [name: string]: unknown }\nconst config: Wide = ${FIVE_MISTAKES}\nexport default config satisfies Wide\n`,
  ],
  ['portolan.config.js', `module.exports = ${FIVE_MISTAKES}\n`],
  ['portolan.config.mjs', `export default ${FIVE_MISTAKES}\n`],
  ['portolan.config.json', FIVE_MISTAKES],
  ['portolan.config.yaml', YAML_FIVE_MISTAKES],
  ['portolan.config.yml', YAML_FIVE_MISTAKES],
]

async function failure(request: { cwd: string; path?: string }): Promise<unknown> {
  return loadConfig(request).then(
    () => null,
    (error: unknown) => error,
  )
}

describe('mistakes', () => {
  it.each(FORMATS)('are all reported at once with their paths: %s', async (name, text) => {
    writeFileSync(join(folder, name), text)
    const error = await failure({ cwd: folder })
    expect(error).toBeInstanceOf(ConfigError)
    const { issues, message, file } = error as ConfigError
    expect(file).toBe(join(folder, name))
    expect(issues.map(({ path }) => path).sort()).toEqual([
      'positions[0].allocationUsd',
      'positions[0].timeframe',
      'venues[0].lable',
      'venues[1].key',
      'venues[1].use',
    ])
    expect(message).toContain(`${join(folder, name)} has 5 mistakes:`)
    expect(message).toContain('venues[0].lable: there is no such option (did you mean "label"?)')
    expect(message).toContain('positions[0].timeframe: expected one of 1m, 5m, 15m, 1h, 4h, 1d, got "2h"')
    expect(message).toContain('positions[0].allocationUsd: expected an amount above 0, got -5')
  })

  it.each([
    ['portolan.config.json', '{ "venues": ['],
    ['portolan.config.yaml', 'venues: [\n'],
    ['portolan.config.ts', 'export default { venues: [ '],
    ['portolan.config.mjs', 'throw new Error("from within the config")'],
  ])('a file that cannot be read is named: %s', async (name, text) => {
    writeFileSync(join(folder, name), text)
    expect(await failure({ cwd: folder })).toMatchObject({
      code: 'config-unreadable',
      message: expect.stringContaining(join(folder, name)),
    })
  })

  it('a broken file does not give away the password in it', async () => {
    writeFileSync(join(folder, 'portolan.config.json'), '{"store":{"url":"postgres://me:hunter2@db/x"},}')
    expect(await failure({ cwd: folder })).toMatchObject({ message: expect.not.stringContaining('hunter2') })
  })

  it.each([
    ['portolan.config.yaml', ''],
    ['portolan.config.mjs', 'export const config = {}'],
    ['portolan.config.json', '[]'],
  ])('a file that holds no config says so: %s', async (name, text) => {
    writeFileSync(join(folder, name), text)
    expect(await failure({ cwd: folder })).toMatchObject({
      message: expect.stringMatching(/1 mistake:\n {2}expected an object with options/),
    })
  })
})

describe('finding the file', () => {
  it('takes the nearest one from the working directory upwards', async () => {
    const below = join(folder, 'a', 'b')
    mkdirSync(below, { recursive: true })
    writeFileSync(join(folder, 'portolan.config.json'), JSON.stringify({ ...GOOD, mode: 'dry-run' }))
    expect(await loadConfig({ cwd: below })).toMatchObject({ directory: folder, config: { mode: 'dry-run' } })
    writeFileSync(join(folder, 'a', 'portolan.config.yaml'), 'mode: paper\nvenues: [{ use: acme }]\n')
    expect(await loadConfig({ cwd: below })).toMatchObject({ directory: join(folder, 'a'), config: { mode: 'paper' } })
  })

  it('takes the one that is named, whatever its name', async () => {
    writeFileSync(join(folder, 'other.json'), JSON.stringify(GOOD))
    expect(await loadConfig({ cwd: folder, path: 'other.json' })).toMatchObject({ path: join(folder, 'other.json') })
  })

  it('says where it looked when there is none', async () => {
    expect(await failure({ cwd: folder })).toMatchObject({
      code: 'config-not-found',
      message: expect.stringContaining(folder),
    })
    expect(await failure({ cwd: folder, path: 'none.json' })).toMatchObject({
      code: 'config-not-found',
      message: expect.stringContaining('none.json'),
    })
  })
})

describe('a good config', () => {
  it('gets its defaults, absolute paths and lower-case venue keys', async () => {
    writeFileSync(
      join(folder, 'portolan.config.json'),
      JSON.stringify({ ...GOOD, venues: [{ use: './venue.ts', key: { file: 'keys/a' } }] }),
    )
    const { config } = await loadConfig({ cwd: folder })
    expect(config).toMatchObject({
      mode: 'paper',
      store: { kind: 'directory', directory: join(folder, '.portolan', 'db') },
      venues: [
        {
          use: './venue.ts',
          label: 'default',
          roles: null,
          key: { file: join(folder, 'keys', 'a') },
          options: {},
          simulator: null,
        },
      ],
      positions: [{ venue: 'acme/spot', label: null, token: 'BTC', timeframe: '1h', allocationUsd: '1000' }],
      majors: null,
      pm: { fixedA: null, fixedE: null },
      bars: { graceMs: 2000, historyBars: 1000 },
      simulation: { slippageBps: 5, startingCash: '10000' },
      log: { level: 'info', pretty: null },
      onVenueError: 'fail',
      stateDirectory: join(folder, '.portolan'),
    })
  })
})
