import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { VenueEntry } from '../../src/config/index.ts'

/** A folder as a user has it: a place for a config, and packages installed beside it. */
export interface FixtureFolder extends Disposable {
  readonly path: string
  write(file: string, text: string): string
  /** Installs a package of plain JavaScript that default-exports this expression. */
  install(name: string, expression: string, extra?: FixtureExtras): void
}

interface FixtureExtras {
  readonly manifest?: Readonly<Record<string, unknown>>
  /** Default export of `<package>/simulator`. */
  readonly simulator?: string
}

export function fixtureFolder(): FixtureFolder {
  const path = mkdtempSync(join(tmpdir(), 'portolan-discovery-'))
  const write = (file: string, text: string): string => {
    const target = join(path, file)
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, text)
    return target
  }
  return {
    path,
    write,
    install(name, expression, extra = {}) {
      const exports: Record<string, string> = { '.': './index.js' }
      if (extra.simulator !== undefined) {
        exports['./simulator'] = './simulator.js'
        write(`node_modules/${name}/simulator.js`, `export default ${extra.simulator}\n`)
      }
      const manifest = { name, version: '1.2.3', type: 'module', exports, ...extra.manifest }
      write(`node_modules/${name}/package.json`, JSON.stringify(manifest))
      write(`node_modules/${name}/index.js`, `export default ${expression}\n`)
    },
    [Symbol.dispose]() {
      rmSync(path, { recursive: true })
    },
  }
}

/** Source of a Standard Schema that wants a `url` (text) and defaults `depth`, and takes its time about it. */
export const URL_SCHEMA = `{ '~standard': { version: 1, vendor: 'test', async validate(value) {
  await Promise.resolve()
  const issues = []
  if (typeof value.url !== 'string') issues.push({ message: 'expected a URL', path: ['url'] })
  for (const name of Object.keys(value)) if (name !== 'url' && name !== 'depth') issues.push({ message: 'unknown', path: [{ key: name }] })
  return issues.length > 0 ? { issues } : { value: { depth: 1, ...value } }
} } }`

/** Source of a Standard Schema that takes anything. */
const ANY_SCHEMA = `{ '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) } }`

/** Source of a venue definition, with parts replaced. */
export function venueSource(parts: Readonly<Record<string, string>> = {}): string {
  const all: Record<string, string> = {
    name: "'acme'",
    contract: '1',
    key: "{ tokenChain: 'Acme', bookId: 'Spot' }",
    capabilities: "{ history: ['1h'], signature: 'ed25519' }",
    options: ANY_SCHEMA,
    create: '() => ({})',
    "[Symbol.for('portolan.venue')]": 'true',
    ...parts,
  }
  return `{ ${Object.entries(all)
    .map(([name, value]) => `${name}: ${value}`)
    .join(', ')} }`
}

/** Source of a simulator definition, with parts replaced. */
export function simulatorSource(parts: Readonly<Record<string, string>> = {}): string {
  const all: Record<string, string> = {
    name: "'acme'",
    contract: '1',
    options: ANY_SCHEMA,
    start: 'async () => ({})',
    "[Symbol.for('portolan.simulator')]": 'true',
    ...parts,
  }
  return `{ ${Object.entries(all)
    .map(([name, value]) => `${name}: ${value}`)
    .join(', ')} }`
}

/** A config entry as validation leaves it. */
export function venueEntry(parts: Partial<VenueEntry> & Pick<VenueEntry, 'use'>): VenueEntry {
  return {
    label: 'default',
    roles: null,
    key: null,
    options: {},
    simulator: null,
    slippageBps: null,
    external: 'report',
    ...parts,
  }
}
