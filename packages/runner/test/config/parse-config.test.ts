import { defaultPmConfig, defineVenue } from '@portolan/core'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { defineConfig, parseConfig } from '../../src/config/index.ts'

const DIRECTORY = '/somewhere'
const minimal = { venues: [{ use: 'acme' }] }

/** `path: message` of everything wrong with a config. */
function mistakes(value: unknown): string[] {
  return parseConfig(value, DIRECTORY).issues.map(({ path, message }) => `${path}: ${message}`)
}

describe('parseConfig', () => {
  it.each<[object, string]>([
    [{ venue: [] }, 'venue: there is no such option (did you mean "venues"?)'],
    [{ mode: 'paepr' }, 'mode: expected one of paper, dry-run, live, got "paepr" (did you mean "paper"?)'],
    [{ venues: [] }, 'venues: list at least one venue'],
    [
      { venues: [{}] },
      'venues[0].use: expected the name or path of a venue package, or the definition that it exports',
    ],
    [
      { venues: [{ use: 'acme', label: 'My Account' }] },
      'venues[0].label: a label has lower-case letters, digits, - and _ only',
    ],
    [
      { venues: [{ use: 'acme', roles: ['execute'] }] },
      'venues[0].roles[0]: expected one of data, execution, got "execute"',
    ],
    [
      { venues: [{ use: 'acme', simulator: { speed: 0 } }] },
      'venues[0].simulator.speed: Too small: expected number to be >0',
    ],
    [
      { venues: [{ use: 'acme', key: { evn: 'K' } }] },
      "venues[0].key: expected { env: 'NAME' }, { file: 'path' } or { remote: signer or './module.ts' }: a key itself never stands in a config",
    ],
    [
      { positions: [{ venue: 'acme', token: 'BTC', timeframe: '1h', allocationUsd: 1 }] },
      'positions[0].venue: "acme" is no venue key: expected token_chain/book_id',
    ],
    [
      { positions: [{ venue: 'a/b', token: 'BTC', timeframe: '1h' }] },
      'positions[0].allocationUsd: expected an amount above 0',
    ],
    [
      { positions: [{ venue: 'a/b', timeframe: '1h', allocationUsd: 1 }] },
      'positions[0].token: is missing: expected string',
    ],
    [{ majors: true }, "majors: expected { venue: 'token_chain/book_id' } or false"],
    [{ majors: { venue: 'a/b', symbol: ['BTC'] } }, 'majors.symbol: there is no such option (did you mean "symbols"?)'],
    [
      { regime: { drivers: { usdt: { venue: 'a/b', token: 'X' } } } },
      'regime.drivers.usdt: there is no such option; there are btc, alt, btc_dominance, usdt_dominance, bucket',
    ],
    [
      {
        pm: { regime: { timeframe: { macro: '4h' } } },
        regime: { drivers: { btc_dominance: { csv: 'x.csv', timeframe: '1d' } } },
      },
      'regime.drivers.btc_dominance.timeframe: the regime is read on 4h, 1h, 1m: 1d bars are longer than all of them',
    ],
    [
      {
        pm: { regime: { timeframe: { macro: '4h' } } },
        regime: {
          drivers: {
            alt: [
              { csv: 'x.csv', timeframe: '1h' },
              { csv: 'y.csv', timeframe: '1d' },
            ],
          },
        },
      },
      'regime.drivers.alt[1].timeframe: the regime is read on 4h, 1h, 1m: 1d bars are longer than all of them',
    ],
    [{ regime: { marketCaps: { X: 0 } } }, 'regime.marketCaps.X: expected USD above 0'],
    [{ store: { url: 'mysql://x' } }, 'store.url: expected postgres://user:password@host/database'],
    [
      { store: { url: 'postgres://x', directory: 'y' } },
      "store: expected { url: 'postgres://...' } or { directory: 'path' }",
    ],
    [{ bars: { graceMs: 1.5 } }, 'bars.graceMs: Invalid input: expected int, received number'],
    [{ simulation: { startingCash: '1e3' } }, 'simulation.startingCash: expected an amount above 0, got "1e3"'],
    [{ log: { level: 'verbose' } }, 'log.level: expected one of debug, info, warn, error, silent, got "verbose"'],
    [{ pm: { fixedA: 1.2 } }, 'pm.fixedA: Too big: expected number to be <=1'],
    [{ pm: { plan: { stopATR: 4 } } }, 'pm.plan.stopATR: there is no such option (did you mean "stopAtr"?)'],
    [{ pm: { plan: { stopAtr: '4' } } }, 'pm.plan.stopAtr: must be a finite number, not "4"'],
    [{ pm: { fixdA: 0.5 } }, 'pm.fixdA: there is no such option (did you mean "fixedA"?)'],
  ])('refuses %j', (mistake, text) => {
    expect(mistakes({ ...minimal, ...mistake })).toEqual([text])
  })

  it('finds mistakes in every section at once', () => {
    expect(
      mistakes({
        mode: 1,
        venues: [{ use: '' }],
        pm: { fixedE: -1, plan: { x: 1 } },
        bars: [],
        onVenueError: 'ignore',
        extra: 0,
      }),
    ).toHaveLength(7)
  })

  it('never repeats a key that was put into the config itself', () => {
    const key = 'ab'.repeat(32)
    for (const wrong of [key, { env: key }, { env: `0x${key}` }, { file: 1, env: key }]) {
      const text = mistakes({ venues: [{ use: 'acme', key: wrong }] }).join()
      expect(text).toContain('venues[0].key')
      expect(text).not.toContain(key)
    }
  })

  it('refuses two positions that nothing tells apart, and only those', () => {
    const position = { venue: 'a/b', token: 'BTC', timeframe: '1h', allocationUsd: 1 }
    const positions = [
      position,
      { ...position, timeframe: '4h' },
      { ...position, label: 'x' },
      { ...position, venue: 'A/B' },
    ]
    expect(mistakes({ ...minimal, positions })).toEqual([
      'positions[3]: is the same position as positions[0]: BTC 1h on a/b',
    ])
  })

  it('still hands out the good entries of venues, so that their packages can be looked into as well', () => {
    const { config, entries } = parseConfig(
      { mode: 'x', venues: [{ use: 'acme' }, { use: 3 }, { use: '@acme' }] },
      DIRECTORY,
    )
    expect(config).toBeNull()
    expect(entries.map((entry) => entry?.use ?? null)).toEqual(['acme', null, '@acme'])
  })

  it('separates the speed of a simulator from its own options', () => {
    const { entries } = parseConfig({ venues: [{ use: 'acme', simulator: { speed: 60, seed: 7 } }] }, DIRECTORY)
    expect(entries[0]?.simulator).toEqual({ speed: 60, options: { seed: 7 } })
  })

  it("puts overrides over the portfolio manager's constants", () => {
    const { config } = parseConfig({ ...minimal, pm: { fixedA: 0.7, plan: { stopAtr: 5 } } }, DIRECTORY)
    expect(config?.pm).toEqual({
      config: { ...defaultPmConfig, plan: { ...defaultPmConfig.plan, stopAtr: 5 } },
      fixedA: 0.7,
      fixedE: null,
    })
  })

  it('completes the sources of the regime', () => {
    const { config } = parseConfig(
      {
        ...minimal,
        regime: {
          drivers: {
            btc: { venue: 'A/B', token: 'BTC' },
            btc_dominance: [{ csv: 'data/d.csv', timeframe: '1d' }],
            bucket: { venue: 'a/b', label: 'feed', mid: ['X'] },
          },
          marketCaps: { X: 5e8 },
        },
      },
      DIRECTORY,
    )
    expect(config?.regime).toEqual({
      drivers: {
        btc: [{ venue: 'a/b', label: null, token: 'BTC' }],
        btc_dominance: [{ csv: '/somewhere/data/d.csv', timeframe: '1d' }],
      },
      buckets: { venue: 'a/b', label: 'feed', members: { mid: ['X'] } },
      marketCaps: { X: 5e8 },
    })
    expect(parseConfig(minimal, DIRECTORY).config?.regime).toEqual({ drivers: {}, buckets: null, marketCaps: {} })
  })

  it('is frozen all the way down, except for what is not its own', () => {
    class Custom {
      value = 1
    }
    const custom = new Custom()
    const { config } = parseConfig({ venues: [{ use: 'acme', options: { deep: { list: [1] }, custom } }] }, DIRECTORY)
    const options = config?.venues[0]?.options as { deep: { list: number[] } }
    for (const part of [config, config?.venues, options, options.deep, options.deep.list])
      expect(Object.isFrozen(part)).toBe(true)
    expect(Object.isFrozen(custom)).toBe(false)
  })

  it('takes a definition itself in place of a name', () => {
    const definition = defineVenue({
      name: 'acme',
      contract: 1,
      key: { tokenChain: 'acme', bookId: 'spot' },
      capabilities: {},
      options: z.object({}),
      create() {
        throw new Error('not in this test')
      },
    })
    const { config } = parseConfig(defineConfig({ venues: [{ use: definition }] }), DIRECTORY)
    expect(config?.venues[0]?.use).toBe(definition)
    expect(mistakes({ venues: [{ use: { name: 'acme' } }] })[0]).toContain('venues[0].use')
  })
})
