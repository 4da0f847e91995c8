import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ConfigError } from '../../src/config/index.ts'
import { loadSetup } from '../../src/registry/index.ts'
import type { FixtureFolder } from '../discovery/fixture-packages.ts'
import { fixtureFolder, URL_SCHEMA, venueSource } from '../discovery/fixture-packages.ts'

let folder: FixtureFolder
beforeEach(() => {
  folder = fixtureFolder()
  folder.install('@portolan/venue-acme', venueSource({ options: URL_SCHEMA }))
  folder.install('@portolan/venue-future', venueSource({ contract: '7' }))
})
afterEach(() => {
  folder[Symbol.dispose]()
})

async function paths(config: object): Promise<readonly string[]> {
  folder.write('portolan.config.json', JSON.stringify(config))
  const error = await loadSetup({ cwd: folder.path }).then(
    () => null,
    (cause: unknown) => cause,
  )
  expect(error).toBeInstanceOf(ConfigError)
  return (error as ConfigError).issues.map(({ path }) => path).sort()
}

const good = { use: 'acme', options: { url: 'x' } }
const position = { venue: 'acme/spot', token: 'BTC', timeframe: '1h', allocationUsd: 1 }

describe('loadSetup', () => {
  it('reads, finds, validates and plans', async () => {
    folder.write('portolan.config.json', JSON.stringify({ venues: [good], positions: [position] }))
    const setup = await loadSetup({ cwd: folder.path })
    expect(setup).toMatchObject({ directory: folder.path, mode: 'paper', warnings: [] })
    expect(setup.venues[0]?.options).toEqual({ value: { url: 'x', depth: 1 } })
    expect(setup.plan.positions[0]?.execution).toBe(setup.venues[0])
  })

  it('reports mistakes of every kind at once: in the config, in packages, in their options, among entries, for the mode', async () => {
    const config = {
      mode: 'live',
      typo: 1,
      venues: [good, { use: 'acme', options: {} }, { use: 'future' }, { use: 'nowhere' }, good],
      positions: [{ ...position, timeframe: '2h' }],
    }
    expect(await paths(config)).toEqual([
      'positions[0].timeframe',
      'typo',
      'venues[0].key',
      'venues[1].options.url',
      'venues[2].use',
      'venues[3].use',
      'venues[4].key',
      'venues[4].label',
    ])
  })

  it('says nothing of a label that may belong to an entry that could not be loaded', async () => {
    const config = {
      venues: [
        { ...good, label: 'a' },
        { use: 'future', label: 'b' },
      ],
      positions: [{ ...position, label: 'b' }],
    }
    expect(await paths(config)).toEqual(['venues[1].use'])
  })

  it('judges by the mode it is asked for, else by the one of the config', async () => {
    expect(await paths({ mode: 'live', venues: [good] })).toEqual(['venues[0].key'])
    expect((await loadSetup({ cwd: folder.path, mode: 'backtest' })).mode).toBe('backtest')
  })
})
