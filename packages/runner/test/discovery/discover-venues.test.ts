import { defineVenue } from '@portolan/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { discoverVenues } from '../../src/discovery/index.ts'
import type { FixtureFolder } from './fixture-packages.ts'
import { fixtureFolder, simulatorSource, URL_SCHEMA, venueEntry, venueSource } from './fixture-packages.ts'

let folder: FixtureFolder
beforeEach(() => {
  folder = fixtureFolder()
})
afterEach(() => {
  folder[Symbol.dispose]()
})

/** `path: message` of every problem. */
async function problems(...uses: (string | Parameters<typeof venueEntry>[0])[]): Promise<string[]> {
  const entries = uses.map((use) => venueEntry(typeof use === 'string' ? { use } : use))
  const { issues, venues } = await discoverVenues(entries, folder.path)
  expect(venues.length).toBeLessThan(entries.length)
  return issues.map(({ path, message }) => `${path}: ${message}`)
}

describe('a good package', () => {
  it.each([
    ['acme', '@portolan/venue-acme'],
    ['acme', 'portolan-venue-acme'],
    ['@acme', '@acme/portolan-venue'],
    ['@acme/x', '@acme/portolan-venue-x'],
    ['@acme/portolan-venue-x', '@acme/portolan-venue-x'],
  ])('is found as %s under the name %s', async (use, name) => {
    folder.install(name, venueSource())
    const { venues, issues, warnings } = await discoverVenues([venueEntry({ use })], folder.path)
    expect([issues, warnings]).toEqual([[], []])
    expect(venues[0]).toMatchObject({
      key: 'acme/spot',
      label: 'default',
      package: { name, version: '1.2.3' },
      capabilities: { trades: true, history: ['1h'] },
    })
    expect([...(venues[0]?.roles ?? [])]).toEqual(['data', 'execution'])
  })

  it('of ours comes before one of the same short name by others', async () => {
    folder.install('@portolan/venue-acme', venueSource())
    folder.install('portolan-venue-acme', 'never loaded')
    const { venues } = await discoverVenues([venueEntry({ use: 'acme' })], folder.path)
    expect(venues[0]?.package?.name).toBe('@portolan/venue-acme')
  })

  it('is found by path: a file, and a folder by the exports of its package', async () => {
    folder.write('venues/one.mjs', `export default ${venueSource()}`)
    folder.install('own', venueSource({ name: "'own'" }))
    const uses = ['./venues/one.mjs', './node_modules/own', folder.write('two.mjs', `export default ${venueSource()}`)]
    const { venues, issues } = await discoverVenues(
      uses.map((use) => venueEntry({ use })),
      folder.path,
    )
    expect(issues).toEqual([])
    expect(venues.map(({ definition }) => definition.name)).toEqual(['acme', 'own', 'acme'])
  })

  it('may be the definition itself', async () => {
    const definition = defineVenue({
      name: 'inline',
      contract: 1,
      key: { tokenChain: 'inline', bookId: 'spot' },
      capabilities: { roles: ['data'] },
      options: z.object({ url: z.string().default('here') }),
      create() {
        throw new Error('not in this test')
      },
    })
    const { venues } = await discoverVenues([venueEntry({ use: definition })], folder.path)
    expect(venues[0]).toMatchObject({ package: null, options: { value: { url: 'here' } } })
    expect(venues[0]?.definition).toBe(definition)
  })

  it('is loaded only when the config lists it', async () => {
    folder.install('@portolan/venue-acme', venueSource())
    folder.install('@portolan/venue-other', '(() => { throw new Error("loaded without being listed") })()')
    const { issues } = await discoverVenues([venueEntry({ use: 'acme' }), null], folder.path)
    expect(issues).toEqual([])
  })

  it('keeps the roles that the config chose', async () => {
    folder.install('@portolan/venue-acme', venueSource())
    const { venues } = await discoverVenues([venueEntry({ use: 'acme', roles: ['data'] })], folder.path)
    expect([...(venues[0]?.roles ?? [])]).toEqual(['data'])
  })

  it("brings its simulator, with options by the simulator's own schema", async () => {
    folder.install('@portolan/venue-acme', venueSource({ options: URL_SCHEMA }), {
      simulator: simulatorSource({ options: URL_SCHEMA }),
    })
    const { venues, issues } = await discoverVenues(
      [venueEntry({ use: 'acme', simulator: { speed: 60, options: { url: 'x' } } })],
      folder.path,
    )
    expect(issues).toEqual([])
    expect(venues[0]).toMatchObject({
      options: null,
      simulator: { speed: 60, options: { url: 'x', depth: 1 }, definition: { name: 'acme' } },
    })
  })
})

describe('a package that cannot be used is refused, saying why', () => {
  it('missing: with every name that was tried and where', async () => {
    const [problem = ''] = await problems('nowhere')
    expect(problem).toContain('venues[0].use: no package @portolan/venue-nowhere or portolan-venue-nowhere')
    expect(problem).toContain(folder.path)
    expect(await problems('@acme')).toEqual([expect.stringContaining('@acme/portolan-venue')])
    expect(await problems('./nothing.mjs')).toEqual([expect.stringContaining('nothing.mjs')])
  })

  it('an npm package that merely has the short name is never run', async () => {
    folder.install('acme', '(() => { throw new Error("a stranger was run") })()')
    expect(await problems('acme')).toEqual([expect.stringContaining('no package')])
  })

  it.each([
    ['2', 'written against contract 2, but @portolan/runner'],
    ['0', 'written against contract 0, but @portolan/runner'],
    ['"1"', 'does not say which contract'],
  ])('another contract (%s): naming both sides', async (contract, text) => {
    folder.install('@portolan/venue-acme', venueSource({ contract }))
    const [problem = ''] = await problems('acme')
    expect(problem).toContain('@portolan/venue-acme 1.2.3')
    expect(problem).toContain(text)
  })

  it.each(['{ name: "acme" }', 'function acme() {}', 'null', '42'])('no venue: %s', async (expression) => {
    folder.install('@portolan/venue-acme', expression)
    expect(await problems('acme')).toEqual([expect.stringContaining('@portolan/venue-acme 1.2.3')])
  })

  it('a definition of the wrong shape: all of its problems', async () => {
    folder.install(
      '@portolan/venue-acme',
      venueSource({
        name: "'Bad Name'",
        key: "{ tokenChain: 'a b', bookId: '' }",
        capabilities: "{ bars: ['7m'], signature: 'rsa', cancel: 1 }",
        options: '{}',
        create: 'null',
      }),
    )
    const found = (await problems('acme')).join('\n')
    for (const part of [
      'name',
      'key',
      'capabilities.bars[0]',
      'capabilities.signature',
      'capabilities.cancel',
      'options',
      'create',
    ]) {
      expect(found).toContain(`its definition's ${part}: `)
    }
  })

  it('broken when it is loaded', async () => {
    folder.install('@portolan/venue-acme', '(() => { throw new Error("out of order") })()')
    expect(await problems('acme')).toEqual([expect.stringMatching(/loading it failed: out of order/)])
  })

  it('not built: its export leads nowhere', async () => {
    folder.install('@portolan/venue-acme', venueSource(), { manifest: { exports: './dist/index.js' } })
    expect(await problems('acme')).toEqual([expect.stringContaining('dist/index.js')])
  })

  it('a role that it does not have', async () => {
    folder.install('@portolan/venue-acme', venueSource({ capabilities: "{ roles: ['data'] }" }))
    expect(await problems({ use: 'acme', roles: ['execution'] })).toEqual([
      'venues[0].roles: "execution" is asked for, but acme only has data',
    ])
  })

  it('options that its own schema refuses, with their paths', async () => {
    folder.install('@portolan/venue-acme', venueSource({ options: URL_SCHEMA }))
    expect(await problems({ use: 'acme', options: { ulr: 'x' } })).toEqual([
      'venues[0].options.url: expected a URL',
      'venues[0].options.ulr: unknown',
    ])
  })

  it('a schema that fails itself', async () => {
    folder.install(
      '@portolan/venue-acme',
      venueSource({ options: "{ '~standard': { version: 1, vendor: 'x', validate() { throw new Error('oops') } } }" }),
    )
    expect(await problems('acme')).toEqual(["venues[0].options: the package's schema failed on them: oops"])
  })

  it('a simulator that is not there, has another contract, is none, or refuses its options', async () => {
    folder.install('@portolan/venue-none', venueSource())
    folder.install('@portolan/venue-old', venueSource({ capabilities: '{ simulator: true }' }), {
      simulator: simulatorSource({ contract: '9' }),
    })
    folder.install('@portolan/venue-odd', venueSource(), { simulator: '{}' })
    folder.install('@portolan/venue-strict', venueSource(), { simulator: simulatorSource({ options: URL_SCHEMA }) })
    const simulator = { speed: 1, options: {} }
    const found = await problems(
      { use: 'none', simulator },
      { use: 'old', simulator },
      { use: 'odd', simulator },
      { use: 'strict', simulator },
    )
    expect(found[0]).toMatch(/venues\[0\]\.simulator: There is no simulator of "none".*declares none/)
    expect(found[1]).toMatch(/venues\[1\]\.simulator: .*contract 9/)
    expect(found[2]).toMatch(/venues\[2\]\.simulator: .*is no simulator/)
    expect(found[3]).toBe('venues[3].simulator.url: expected a URL')
  })

  it('every one of several, while the good ones are still found', async () => {
    folder.install('@portolan/venue-good', venueSource())
    folder.install('@portolan/venue-odd', '{}')
    folder.install('@portolan/venue-picky', venueSource({ options: URL_SCHEMA }))
    const entries = ['good', 'odd', 'missing', 'picky'].map((use) => venueEntry({ use }))
    const { venues, issues } = await discoverVenues(entries, folder.path)
    expect(venues.map(({ index }) => index)).toEqual([0])
    expect(issues.map(({ path }) => path)).toEqual(['venues[1].use', 'venues[2].use', 'venues[3].options.url'])
  })
})

describe('warnings', () => {
  it.each([
    [
      'core among its dependencies',
      'core-in-dependencies',
      venueSource(),
      { dependencies: { '@portolan/core': '^0.1.0' } },
      null,
    ],
    [
      'a capability of tomorrow',
      'unknown-capability',
      venueSource({ capabilities: "{ signature: 'ed25519', shorting: true }" }),
      {},
      null,
    ],
    ['a key for a venue that signs nothing', 'unused-key', venueSource({ capabilities: '{}' }), {}, { env: 'KEY' }],
  ])('%s', async (_, code, source, manifest, key) => {
    folder.install('@portolan/venue-acme', source, { manifest })
    const { venues, warnings } = await discoverVenues([venueEntry({ use: 'acme', key })], folder.path)
    expect(venues).toHaveLength(1)
    expect(warnings).toEqual([expect.objectContaining({ code })])
  })

  it('none for a venue of the project itself, which uses the core that the project depends on', async () => {
    folder.write('package.json', JSON.stringify({ type: 'module', dependencies: { '@portolan/core': '^0.1.0' } }))
    folder.write('venues/mine.js', `export default ${venueSource()}`)
    expect((await discoverVenues([venueEntry({ use: './venues/mine.js' })], folder.path)).warnings).toEqual([])
  })

  it('none for core as a peer', async () => {
    folder.install('@portolan/venue-acme', venueSource(), {
      manifest: { peerDependencies: { '@portolan/core': '^0.1.0' } },
    })
    expect((await discoverVenues([venueEntry({ use: 'acme' })], folder.path)).warnings).toEqual([])
  })
})
