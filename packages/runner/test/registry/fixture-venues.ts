import type { Capabilities, MarketData, Network, Venue, VenueContext, VenueDefinition } from '@portolan/core'
import { defineVenue, resolveCapabilities, venueKey } from '@portolan/core'
import { z } from 'zod'
import type { ConfigInput, RunMode, RunnerConfig } from '../../src/config/index.ts'
import { parseConfig } from '../../src/config/index.ts'
import type { RunnerServices, ServiceContainer } from '../../src/container/index.ts'
import { createRunnerContainer } from '../../src/container/index.ts'
import type { DiscoveredVenue } from '../../src/discovery/index.ts'
import { BudgetRegistry, createLogger, createTransport, VirtualClock } from '../../src/services/index.ts'
import { venueEntry } from '../discovery/fixture-packages.ts'

type Options = { readonly network: string }

export interface FixtureVenue {
  readonly name?: string
  readonly key?: string
  readonly capabilities?: Capabilities
  readonly networks?: Readonly<Record<string, Network>>
  /** Replaces parts of the adapter. */
  readonly adapter?: (context: VenueContext<Options>) => Partial<Venue>
}

const marketData: MarketData = { want() {}, history: async () => [] }

/** A definition whose adapter does nothing unless it is told to. */
function definition(fixture: FixtureVenue = {}): VenueDefinition {
  const [tokenChain = 'acme', bookId = 'spot'] = (fixture.key ?? 'acme/spot').split('/')
  return defineVenue({
    name: fixture.name ?? 'acme',
    contract: 1,
    key: { tokenChain, bookId },
    capabilities: fixture.capabilities ?? {},
    options: z.object({ network: z.string().default('mainnet') }),
    network: ({ network }) => fixture.networks?.[network] ?? { name: network, simulated: network === 'simulator' },
    create: (context) => ({
      start: async () => {},
      instruments: async () => [],
      canTradeNow: () => ({ state: 'open' }),
      marketData,
      execution: {
        prepare: async ({ instrument }) => ({ id: 'x', instrument, expiresAt: null, payload: null }),
        submit: async () => ({ kind: 'unknown', message: 'a fixture' }),
        lookup: async () => ({ kind: 'unknown', message: 'a fixture' }),
      },
      account: {
        balances: async () => [],
        positions: async () => [],
        openOrders: async () => [],
        fills: async () => ({ fills: [], cursor: '' }),
      },
      [Symbol.asyncDispose]: async () => {},
      ...fixture.adapter?.(context),
    }),
  })
}

/** A config entry as discovery leaves it. */
export function discovered(
  index: number,
  parts: Partial<DiscoveredVenue> = {},
  fixture: FixtureVenue = {},
): DiscoveredVenue {
  const made = parts.definition ?? definition(fixture)
  const entry = parts.entry ?? venueEntry({ use: 'acme', label: parts.label ?? 'default' })
  const capabilities = resolveCapabilities(made.capabilities)
  return {
    index,
    entry,
    definition: made,
    package: { name: `@acme/${index}`, version: '1.0.0', file: `/modules/${index}.js`, bringsOwnCore: false },
    key: venueKey(made.key),
    label: entry.label,
    capabilities,
    roles: new Set(entry.roles ?? capabilities.roles),
    options: { value: { network: 'mainnet' } },
    simulator: null,
    ...parts,
  }
}

/** A validated config. */
export function runnerConfig(parts: Partial<ConfigInput> = {}, directory = '/somewhere'): RunnerConfig {
  const { config, issues } = parseConfig({ venues: [{ use: 'acme' }], ...parts }, directory)
  if (config === null) throw new Error(JSON.stringify(issues))
  return config
}

/** A runner's services in virtual time, with what they log and what venues tell. */
export function runnerServices(config: RunnerConfig, mode: RunMode = 'paper') {
  const lines: string[] = []
  const events: string[] = []
  const clock = new VirtualClock()
  const stop = new AbortController()
  const services: ServiceContainer<RunnerServices> = createRunnerContainer()
    .provide('config', config)
    .provide('mode', mode)
    .provide('clock', clock)
    .provide(
      'logger',
      createLogger({ level: 'debug', pretty: false, stream: { write: (line) => void lines.push(line) } }),
    )
    .provide('budgets', new BudgetRegistry(clock))
    .provide('signal', stop.signal)
    .provide('onVenueEvent', ({ key, label }, { type }) => void events.push(`${key} ${label} ${type}`))
    .provide('fetch', globalThis.fetch)
    .provide('openTransport', createTransport)
  return { services, lines, events, clock, stop }
}
