import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { SimulatedTime, SimulatorRequest } from '@portolan/core'
import { defineSimulator, universalModels } from '@portolan/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Setup } from '../../src/registry/index.ts'
import { startSimulators as startAll } from '../../src/registry/index.ts'
import type { FixtureFolder } from '../discovery/fixture-packages.ts'
import { fixtureFolder, venueEntry } from '../discovery/fixture-packages.ts'
import { discovered, runnerConfig } from './fixture-venues.ts'

let folder: FixtureFolder
let log: string[]
beforeEach(() => {
  folder = fixtureFolder()
  log = []
})
afterEach(() => {
  folder[Symbol.dispose]()
})

interface Fixture {
  readonly name: string
  readonly network?: string
  readonly fails?: boolean
  readonly time?: (asked: SimulatedTime) => SimulatedTime
}

function simulator({ name, network = 'simulator', fails = false, time = (asked) => asked }: Fixture) {
  return defineSimulator({
    name,
    contract: 1,
    options: z.unknown(),
    async start(request: SimulatorRequest<unknown>) {
      if (fails) throw new Error('port 8080 is in use')
      log.push(`start ${name}`)
      expect(request.port).toBe(0)
      expect(existsSync(request.stateDirectory ?? '')).toBe(true)
      return {
        announcement: { name },
        venueOptions: { network },
        time: time(request.time),
        [Symbol.asyncDispose]: async () => void log.push(`stop ${name}`),
      }
    },
  })
}

function setup(...fixtures: readonly (Fixture | null)[]): Setup {
  const venues = fixtures.map((fixture, index) =>
    discovered(index, {
      entry: venueEntry({ use: 'acme', label: `l${index}`, options: { network: 'testnet' } }),
      options: fixture === null ? { value: { network: 'mainnet' } } : null,
      simulator:
        fixture === null ? null : { definition: simulator(fixture), file: 'simulator.js', speed: 60, options: {} },
    }),
  )
  return {
    path: join(folder.path, 'portolan.config.json'),
    directory: folder.path,
    config: runnerConfig({}, folder.path),
    models: universalModels,
    mode: 'live',
    venues,
    plan: { positions: [], majors: null },
    warnings: [],
  }
}

/** Here they need no threads. */
function startSimulators(setup: Setup, now?: () => number) {
  return startAll(setup, now, ({ definition }, request) => definition.start(request))
}

describe('startSimulators', () => {
  it('starts each in a folder of its own, points its entry at it, and ends them in reverse', async () => {
    const started = await startSimulators(setup({ name: 'a' }, null, { name: 'b' }), () => 1_000)
    expect(started.time).toEqual({ speed: 60, anchorWallMs: 1_000, anchorMs: 1_000 })
    expect(started.venues.map(({ options }) => options)).toEqual([
      { value: { network: 'simulator' } },
      { value: { network: 'mainnet' } },
      { value: { network: 'simulator' } },
    ])
    expect([...started.announcements]).toEqual([
      [0, { name: 'a' }],
      [2, { name: 'b' }],
    ])
    expect(existsSync(join(folder.path, '.portolan', 'simulators', 'acme-spot-l0'))).toBe(true)
    await started[Symbol.asyncDispose]()
    expect(log).toEqual(['start a', 'start b', 'stop b', 'stop a'])
  })

  it('follows the first one into its time, when it goes on from where it ended', async () => {
    const resumed = { speed: 60, anchorWallMs: 5, anchorMs: 99_000 }
    await using started = await startSimulators(setup({ name: 'a', time: () => resumed }, { name: 'b' }))
    expect(started.time).toEqual(resumed)
  })

  it('has no time of its own without a simulator', async () => {
    await using started = await startSimulators(setup(null))
    expect(started.time).toBeNull()
  })

  it.each<[string, Fixture, string]>([
    [
      'that does not start',
      { name: 'b', fails: true },
      'The simulator of venues[1] (b) did not start: port 8080 is in use',
    ],
    ['in another time', { name: 'b', time: (asked) => ({ ...asked, anchorMs: 7 }) }, 'lives in another time'],
    ['whose options lead to a real market', { name: 'b', network: 'mainnet' }, 'trades on mainnet'],
  ])('one %s ends all of them', async (_, fixture, message) => {
    await expect(startSimulators(setup({ name: 'a' }, fixture))).rejects.toMatchObject({
      code: 'simulator-failed',
      message: expect.stringContaining(message),
    })
    expect(log.filter((line) => line.startsWith('start')).length).toBe(
      log.filter((line) => line.startsWith('stop')).length,
    )
    expect(log).toContain('stop a')
  })
})
