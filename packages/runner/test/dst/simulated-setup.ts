import { tmpdir } from 'node:os'
import { universalModels } from '@portolan/core'
import type { ConfigInput } from '../../src/config/index.ts'
import { ConfigError, parseConfig } from '../../src/config/index.ts'
import { discoverVenues } from '../../src/discovery/index.ts'
import type { Setup } from '../../src/registry/index.ts'
import { planVenues } from '../../src/registry/index.ts'
import { chattyPlanner } from './chatty-planner.ts'
import type { SimulatedMarket } from './simulated-market.ts'

/** A config over simulated markets, as `loadSetup` would make it of a file. */
export async function simulatedSetup(
  markets: readonly SimulatedMarket[],
  options: { readonly planner: 'chatty' | 'universal'; readonly config?: Partial<ConfigInput> },
): Promise<Setup> {
  const directory = tmpdir()
  const input: ConfigInput = {
    mode: 'live',
    store: { directory: 'never-opened' },
    venues: markets.map(({ entry }) => entry),
    positions: markets.flatMap(({ venue, tokens, allocationUsd }) =>
      tokens.map((token) => ({ venue, token, timeframe: '1m' as const, allocationUsd })),
    ),
    bars: { graceMs: 1_000, historyBars: 360 },
    ...options.config,
  }
  const parsed = parseConfig(input, directory)
  const discovery = await discoverVenues(parsed.entries, directory)
  if (parsed.config === null) throw new ConfigError('simulated', [...parsed.issues, ...discovery.issues])
  const { plan, issues } = planVenues(discovery.venues, parsed.config, 'live')
  if (issues.length > 0) throw new ConfigError('simulated', issues)
  return {
    path: 'simulated',
    directory,
    config: parsed.config,
    models: options.planner === 'chatty' ? { ...universalModels, planner: chattyPlanner } : universalModels,
    mode: 'live',
    venues: discovery.venues,
    plan,
    warnings: [],
  }
}
