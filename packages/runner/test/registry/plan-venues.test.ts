import { describe, expect, it } from 'vitest'
import type { ConfigInput, RunMode } from '../../src/config/index.ts'
import type { DiscoveredVenue } from '../../src/discovery/index.ts'
import { planVenues } from '../../src/registry/index.ts'
import { venueEntry } from '../discovery/fixture-packages.ts'
import { discovered, runnerConfig } from './fixture-venues.ts'

const position = { venue: 'acme/spot', token: 'BTC', timeframe: '1h', allocationUsd: 1000 } as const

function plan(venues: readonly DiscoveredVenue[], parts: Partial<ConfigInput> = {}, mode: RunMode = 'paper') {
  const config = runnerConfig({ venues: venues.map(({ label }) => ({ use: 'acme', label })), ...parts })
  const result = planVenues(venues, config, mode)
  return {
    ...result,
    issues: result.issues.map(({ path, message }) => `${path}: ${message}`),
    warnings: result.warnings.map(({ code, path, message }) => `${code} ${path}: ${message}`),
  }
}

describe('who does what', () => {
  it('a position trades on the only entry of its venue, by its data', () => {
    const venue = discovered(0)
    const { plan: planned, issues, warnings } = plan([venue], { positions: [position] })
    expect([issues, warnings]).toEqual([[], []])
    expect(planned.positions).toEqual([
      { position: expect.objectContaining({ token: 'BTC' }), execution: venue, data: venue },
    ])
  })

  it('two accounts and a feed of one venue: positions name the account, data comes from the feed', () => {
    const entries = [
      discovered(0, { entry: venueEntry({ use: 'acme', label: 'a', roles: ['execution'] }) }),
      discovered(1, { entry: venueEntry({ use: 'acme', label: 'b', roles: ['execution'] }) }),
      discovered(2, { entry: venueEntry({ use: 'acme', label: 'feed', roles: ['data'] }) }),
    ]
    const positions = [
      { ...position, label: 'a' },
      { ...position, label: 'b' },
    ]
    const result = plan(entries, { positions, majors: { venue: 'acme/spot' } })
    expect(result.issues).toEqual([])
    expect(result.plan.positions.map(({ execution, data }) => [execution.label, data.label])).toEqual([
      ['a', 'feed'],
      ['b', 'feed'],
    ])
    expect(result.plan.majors?.label).toBe('feed')
  })

  it('a position without a label among two accounts is refused, listing them', () => {
    const entries = ['a', 'b'].map((label, index) => discovered(index, { entry: venueEntry({ use: 'acme', label }) }))
    expect(plan(entries, { positions: [position] }).issues).toEqual([
      expect.stringMatching(/^positions\[0\]\.label: .*"a" or "b"/),
    ])
  })

  it('a label that does not exist is refused, listing those that do', () => {
    expect(plan([discovered(0)], { positions: [{ ...position, label: 'x' }] }).issues).toEqual([
      expect.stringMatching(/^positions\[0\]\.label: .*"default"/),
    ])
  })

  it('a position whose venue is not configured is left alone with a warning; the others go on', () => {
    const {
      plan: planned,
      issues,
      warnings,
    } = plan([discovered(0)], { positions: [{ ...position, venue: 'none/spot' }, position] })
    expect(issues).toEqual([])
    expect(warnings).toEqual([expect.stringMatching(/^no-venue positions\[0\]: .*none\/spot.*left alone/)])
    expect(planned.positions).toHaveLength(1)
  })

  it('with simulated fills a source of data is enough; with real ones it is not', () => {
    const feed = discovered(0, { entry: venueEntry({ use: 'acme', roles: ['data'] }) })
    expect(plan([feed], { positions: [position] }, 'paper').plan.positions[0]?.execution).toBe(feed)
    expect(plan([feed], { positions: [position] }, 'live').issues).toEqual([
      expect.stringMatching(/^positions\[0\]: no entry of acme\/spot has the role execution/),
    ])
  })

  it('sources of the regime that no entry can be are refused, each at its place', () => {
    const nowhere = { venue: 'none/spot', token: 'X' }
    const here = { venue: 'acme/spot', token: 'BTC' }
    const regime = {
      drivers: {
        btc: here,
        alt: [here, nowhere],
        btc_dominance: { ...here, label: 'x' },
        bucket: { venue: 'none/spot', large: ['BTC'] },
      },
    }
    expect(plan([discovered(0)], { regime }).issues).toEqual([
      expect.stringMatching(/^regime\.drivers\.alt\[1\]\.venue: /),
      expect.stringMatching(/^regime\.drivers\.btc_dominance\.label: /),
      expect.stringMatching(/^regime\.drivers\.bucket\.venue: /),
    ])
  })

  it('majors of a venue that is not there are refused', () => {
    expect(plan([discovered(0)], { majors: { venue: 'none/spot' } }).issues).toEqual([
      expect.stringMatching(/^majors\.venue: /),
    ])
    expect(plan([discovered(0)], { majors: { venue: 'acme/spot', label: 'x' } }).issues).toEqual([
      expect.stringMatching(/^majors\.label: /),
    ])
  })
})

describe('what cannot work is refused before anything starts', () => {
  it('one label twice for one venue, naming both', () => {
    const { issues } = plan([discovered(0), discovered(1)])
    expect(issues).toEqual([
      'venues[1].label: "default" of acme/spot is venues[0] already, by @acme/0 1.0.0 (/modules/0.js); this one is by @acme/1 1.0.0 (/modules/1.js): give one of them another label',
    ])
    expect(plan([discovered(0), discovered(1, {}, { key: 'acme/perps' })]).issues).toEqual([])
  })

  it.each([
    [{ trades: false }, ['positions[0].timeframe: acme delivers no trades, and of bars only none: 1h cannot be had']],
    [
      { trades: false, bars: ['1m', '4h'] as const },
      ['positions[0].timeframe: acme delivers no trades, and of bars only 1m, 4h: 1h cannot be had'],
    ],
    [{ trades: false, bars: ['1h'] as const }, []],
    [{ trades: true }, []],
  ])('a timeframe that can come from neither trades nor bars: %j', (capabilities, expected) => {
    expect(plan([discovered(0, {}, { capabilities })], { positions: [position] }).issues).toEqual(expected)
  })

  it.each<[RunMode, string[]]>([
    ['live', ['venues[0].key']],
    ['dry-run', ['venues[0].key']],
    ['paper', []],
    ['backtest', []],
    ['replay', []],
  ])('a missing key in mode %s: %j', (mode, expected) => {
    const result = planVenues([discovered(0, {}, { capabilities: { signature: 'ed25519' } })], runnerConfig(), mode)
    expect(result.issues.map(({ path }) => path)).toEqual(expected)
  })

  it('no key is needed for data, on a simulator, or where nothing is signed', () => {
    const capabilities = { signature: 'ed25519' } as const
    const entries = [
      discovered(0, { entry: venueEntry({ use: 'acme', label: 'a', roles: ['data'] }) }, { capabilities }),
      discovered(
        1,
        { entry: venueEntry({ use: 'acme', label: 'b' }), options: { value: { network: 'simulator' } } },
        { capabilities },
      ),
      discovered(2, { entry: venueEntry({ use: 'acme', label: 'c' }) }, { capabilities: { signature: null } }),
      discovered(3, { entry: venueEntry({ use: 'acme', label: 'd', key: { env: 'KEY' } }) }, { capabilities }),
    ]
    expect(plan(entries, {}, 'live').issues).toEqual([])
  })

  it('venues that live in different times', () => {
    const simulator = (speed: number) => ({ definition: {} as never, file: 'simulator.js', speed, options: {} })
    const entries = [
      discovered(0, { simulator: simulator(60), label: 'a', options: null }),
      discovered(1, { simulator: simulator(30), label: 'b', options: null }),
      discovered(2, { label: 'c' }),
    ]
    expect(plan(entries).issues).toEqual([
      expect.stringMatching(/^venues\[1\]\.simulator\.speed: runs 30 times .* venues\[0\] 60 times/),
      expect.stringMatching(/^venues\[2\]: runs 1 times/),
    ])
    expect(plan(entries.slice(0, 1)).issues).toEqual([])
  })

  it('a clock of its own beside the wall clock of a real network, or beside a simulator that brings one', () => {
    const clock = { speed: 60, anchorWallMs: 1, anchorMs: 2 }
    const simulated = discovered(0, { label: 'a', options: { value: { network: 'simulator' } } })
    const real = discovered(1, { label: 'b', options: { value: { network: 'testnet' } } })
    const simulator = { definition: {} as never, file: 'simulator.js', speed: 60, options: {} }
    const started = discovered(1, { simulator, label: 'b', options: null })
    expect(plan([simulated], { clock }).issues).toEqual([])
    expect(plan([simulated, real], { clock }).issues).toEqual([
      expect.stringMatching(/^clock: venues\[1\] is on testnet/),
    ])
    expect(plan([started], { clock }).issues).toEqual([expect.stringMatching(/^clock: venues\[1\] starts a simulator/)])
  })
})

describe('warnings', () => {
  it('orders and prices of different networks', () => {
    const entries = [
      discovered(0, {
        entry: venueEntry({ use: 'acme', label: 'a', roles: ['execution'] }),
        options: { value: { network: 'testnet' } },
      }),
      discovered(1, { entry: venueEntry({ use: 'acme', label: 'b', roles: ['data'] }) }),
    ]
    expect(plan(entries, { positions: [position] }).warnings).toEqual([
      expect.stringMatching(/^networks-differ positions\[0\]: .*testnet.*mainnet/),
    ])
  })

  it('a key for an entry that signs nothing', () => {
    const entry = venueEntry({ use: 'acme', roles: ['data'], key: { env: 'KEY' } })
    expect(plan([discovered(0, { entry })]).warnings).toEqual([expect.stringMatching(/^unused-key venues\[0\]\.key/)])
  })
})
