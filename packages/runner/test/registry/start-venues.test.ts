import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { VenueContext } from '@portolan/core'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { DiscoveredVenue } from '../../src/discovery/index.ts'
import { startVenues } from '../../src/registry/index.ts'
import { generateKey } from '../../src/services/index.ts'
import type { FixtureFolder } from '../discovery/fixture-packages.ts'
import { fixtureFolder, venueEntry } from '../discovery/fixture-packages.ts'
import type { FixtureVenue } from './fixture-venues.ts'
import { discovered, runnerConfig, runnerServices } from './fixture-venues.ts'

const FAST = { start: 200, stop: 50 }

let folder: FixtureFolder
let log: string[]
beforeEach(() => {
  folder = fixtureFolder()
  log = []
})
afterEach(() => {
  folder[Symbol.dispose]()
  vi.unstubAllEnvs()
})

/** An entry whose adapter writes down what happens to it. */
function witnessed(
  index: number,
  label: string,
  fixture: FixtureVenue = {},
  parts: Partial<DiscoveredVenue> = {},
): DiscoveredVenue {
  return discovered(
    index,
    { entry: venueEntry({ use: 'acme', label }), ...parts },
    {
      ...fixture,
      adapter: (context) => ({
        async start() {
          log.push(`start ${label}`)
        },
        async [Symbol.asyncDispose]() {
          log.push(`stop ${label}${context.signal.aborted ? '' : ' (not aborted)'}`)
        },
        ...fixture.adapter?.(context),
      }),
    },
  )
}

const failing = (message: string): FixtureVenue => ({
  adapter: () => ({
    async start() {
      throw new Error(message)
    },
  }),
})

describe('starting', () => {
  it('hands out what runs, by key and label, in the order of the config', async () => {
    const { services } = runnerServices(runnerConfig())
    await using registry = await startVenues(
      services,
      [witnessed(0, 'a'), witnessed(1, 'b', { key: 'other/perps' })],
      FAST,
    )
    expect(registry.handles.map(({ key, label, network }) => [key, label, network.name])).toEqual([
      ['acme/spot', 'a', 'mainnet'],
      ['other/perps', 'b', 'mainnet'],
    ])
    expect(registry.execution({ venue: 'ACME/SPOT', label: null })).toBe(registry.get('acme/spot', 'a'))
    expect(registry.data('other/perps').label).toBe('b')
    expect(registry.dataFor({ venue: 'acme/spot', label: 'a' }).label).toBe('a')
    expect(() => registry.execution({ venue: 'none/spot', label: null })).toThrow('no venue of the config is none/spot')
  })

  it('ends venues in reverse, aborted first, and all of them even when one fails or hangs', async () => {
    const { services } = runnerServices(runnerConfig())
    const hanging: FixtureVenue = { adapter: () => ({ [Symbol.asyncDispose]: () => new Promise<void>(() => {}) }) }
    const broken: FixtureVenue = {
      adapter: () => ({
        async [Symbol.asyncDispose]() {
          throw new Error('cannot stop')
        },
      }),
    }
    const registry = await startVenues(
      services,
      [witnessed(0, 'a'), witnessed(1, 'b', hanging), witnessed(2, 'c', broken), witnessed(3, 'd')],
      FAST,
    )
    log.length = 0
    await expect(registry[Symbol.asyncDispose]()).rejects.toThrow(SuppressedError)
    expect(log).toEqual(['stop d', 'stop a'])
  })

  it("fails as a whole with 'fail': every reason is told and nothing is left running", async () => {
    const { services } = runnerServices(runnerConfig({ onVenueError: 'fail' }))
    const entries = [
      witnessed(0, 'a'),
      witnessed(1, 'b', failing('no route to venue')),
      witnessed(2, 'c', failing('not authorised')),
    ]
    await expect(startVenues(services, entries, FAST)).rejects.toMatchObject({
      code: 'venue-start-failed',
      message: expect.stringMatching(/acme\/spot "b" \(acme\): no route to venue\n.*"c" \(acme\): not authorised/),
    })
    expect(log.sort()).toEqual(['start a', 'stop a', 'stop b', 'stop c'])
  })

  it("goes on without it with 'skip', reports it, and says so to whoever asks for it", async () => {
    const { services, lines } = runnerServices(runnerConfig({ onVenueError: 'skip' }))
    await using registry = await startVenues(
      services,
      [witnessed(0, 'a', failing('no route')), witnessed(1, 'b', { key: 'other/perps' })],
      FAST,
    )
    expect(registry.handles.map(({ label }) => label)).toEqual(['b'])
    expect(registry.failures).toMatchObject([{ key: 'acme/spot', label: 'a', error: { message: 'no route' } }])
    expect(lines.join('')).toContain('no route')
    expect(() => registry.execution({ venue: 'acme/spot', label: null })).toThrow('not started: acme/spot "a"')
  })

  it("fails with 'skip' when nothing is left", async () => {
    const { services } = runnerServices(runnerConfig({ onVenueError: 'skip' }))
    await expect(startVenues(services, [witnessed(0, 'a', failing('no route'))], FAST)).rejects.toMatchObject({
      code: 'venue-start-failed',
    })
  })

  it('waits for no venue for ever', async () => {
    const { services } = runnerServices(runnerConfig())
    const hanging: FixtureVenue = { adapter: () => ({ start: () => new Promise<void>(() => {}) }) }
    await expect(startVenues(services, [witnessed(0, 'a', hanging)], { start: 20, stop: 20 })).rejects.toThrow(
      'longer than 20 ms',
    )
    expect(log).toEqual(['stop a'])
  })

  it('is ended by the end of the runner', async () => {
    const { services, stop } = runnerServices(runnerConfig())
    const hanging: FixtureVenue = { adapter: () => ({ start: () => new Promise<void>(() => {}) }) }
    const starting = startVenues(services, [witnessed(0, 'a', hanging)], { start: 60_000, stop: 20 })
    stop.abort(new Error('Ctrl-C'))
    await expect(starting).rejects.toThrow('Ctrl-C')
    expect(log).toEqual(['stop a'])
  })

  it('refuses an adapter that lacks what its package declares', async () => {
    const { services } = runnerServices(runnerConfig(), 'live')
    const lacking = { marketData: undefined, account: undefined } as object
    const entry = discovered(0, {}, { capabilities: { cancel: true }, adapter: () => lacking })
    await expect(startVenues(services, [entry], FAST)).rejects.toThrow(
      'marketData (role data), account (role execution), execution.cancel (capability cancel)',
    )
  })
})

describe('what an adapter gets', () => {
  function capture(parts: Partial<DiscoveredVenue> = {}, fixture: FixtureVenue = {}) {
    const contexts: VenueContext<unknown>[] = []
    const entry = discovered(0, parts, {
      ...fixture,
      adapter: (context) => {
        contexts.push(context)
        return {}
      },
    })
    return { entry, contexts }
  }

  it('its options and label, the shared budgets, and events that arrive with its name, also while it starts', async () => {
    const { services, events } = runnerServices(runnerConfig())
    const contexts: VenueContext<unknown>[] = []
    const entries = ['a', 'b'].map((label, index) =>
      witnessed(index, label, {
        adapter: (context) => {
          contexts.push(context)
          return {
            async start() {
              context.emit({ type: 'account-reconnected' })
            },
          }
        },
      }),
    )
    await using registry = await startVenues(services, entries, FAST)
    expect(registry.handles).toHaveLength(2)
    expect(contexts.map(({ label, options }) => [label, options])).toEqual([
      ['a', { network: 'mainnet' }],
      ['b', { network: 'mainnet' }],
    ])
    const spec = { name: 'weight', capacity: 10, windowMs: 1_000, reserve: 0 }
    contexts[0]?.budget(spec).tryTake(4, 'normal')
    expect(contexts[1]?.budget(spec).available('normal')).toBe(6)
    expect(events).toEqual(['acme/spot a account-reconnected', 'acme/spot b account-reconnected'])
  })

  it('timers that end with it', async () => {
    const { services, clock } = runnerServices(runnerConfig())
    const { entry, contexts } = capture()
    const registry = await startVenues(services, [entry], FAST)
    contexts[0]?.clock.every(10, () => {})
    expect(clock.nextTimerAt).toBe(10)
    await registry[Symbol.asyncDispose]()
    expect(clock.nextTimerAt).toBeNull()
  })

  it.each(['paper', 'replay', 'backtest'] as const)(
    'no signer and no role of execution in mode %s: its key is not even read',
    async (mode) => {
      const { services } = runnerServices(runnerConfig(), mode)
      const { entry, contexts } = capture(
        { entry: venueEntry({ use: 'acme', key: { env: 'NOT_SET' } }) },
        { capabilities: { signature: 'ed25519' } },
      )
      await using registry = await startVenues(services, [entry], FAST)
      expect(contexts[0]?.signer).toBeNull()
      expect([...(contexts[0]?.roles ?? [])]).toEqual(['data'])
      expect(registry.execution({ venue: 'acme/spot', label: null }).label).toBe('default')
    },
  )

  it.each(['live', 'dry-run'] as const)(
    'a signer over its own key in mode %s, that signs no more once it has ended',
    async (mode) => {
      vi.stubEnv('ACME_KEY', generateKey('ed25519'))
      const { services, lines } = runnerServices(runnerConfig(), mode)
      const { entry, contexts } = capture(
        { entry: venueEntry({ use: 'acme', key: { env: 'ACME_KEY' } }) },
        { capabilities: { signature: 'ed25519' } },
      )
      const registry = await startVenues(services, [entry], FAST)
      const signer = contexts[0]?.signer
      expect((await signer?.sign(new Uint8Array(3)))?.bytes).toHaveLength(64)
      await registry[Symbol.asyncDispose]()
      await expect(signer?.sign(new Uint8Array(3))).rejects.toThrow('disposed')
      expect(lines.join('')).not.toContain(process.env.ACME_KEY)
    },
  )

  it('no signer when it is for data only', async () => {
    const { services } = runnerServices(runnerConfig(), 'live')
    const { entry, contexts } = capture(
      { entry: venueEntry({ use: 'acme', roles: ['data'], key: { env: 'NOT_SET' } }) },
      { capabilities: { signature: 'ed25519' } },
    )
    await using registry = await startVenues(services, [entry], FAST)
    expect(registry.handles).toHaveLength(1)
    expect(contexts[0]?.signer).toBeNull()
  })

  it('a throwaway key on a simulator, the same after a restart; never on a real market', async () => {
    const config = runnerConfig({}, folder.path)
    const { services } = runnerServices(config, 'live')
    const file = join(folder.path, '.portolan', 'keys', 'acme-spot-default.key')
    const capabilities = { signature: 'secp256k1' } as const
    const onSimulator = { options: { value: { network: 'simulator' } } }
    const real = capture({}, { capabilities })
    await expect(startVenues(services, [real.entry], FAST)).rejects.toThrow('venues[0] has no key')
    expect(existsSync(file)).toBe(false)
    const publicKeys: (Uint8Array | undefined)[] = []
    for (let run = 0; run < 2; run += 1) {
      const { entry, contexts } = capture(onSimulator, { capabilities })
      await using registry = await startVenues(services, [entry], FAST)
      expect(registry.handles[0]?.network.simulated).toBe(true)
      publicKeys.push(contexts[0]?.signer?.publicKey)
    }
    expect(publicKeys[0]).toHaveLength(65)
    expect(publicKeys[1]).toEqual(publicKeys[0])
    expect(readFileSync(file, 'utf8')).toMatch(/^0x[0-9a-f]{64}\n$/)
  })
})
