import type { Network } from '@portolan/core'
import type { LoadedConfig } from '../../config/index.ts'
import { ConfigError } from '../../config/index.ts'
import type { DiscoveredVenue } from '../../discovery/index.ts'
import { discoverVenues } from '../../discovery/index.ts'
import { venueNetwork } from '../../registry/index.ts'

/** The packages of a config's entries. @throws {ConfigError} with every problem of every entry. */
export async function discoverProject({ config, directory, path }: LoadedConfig): Promise<readonly DiscoveredVenue[]> {
  const { venues, issues } = await discoverVenues(config.venues, directory)
  if (issues.length > 0) throw new ConfigError(path, issues)
  return venues
}

/** By convention the network of an entry on its package's simulator, whose options are complete only when it runs. */
const SIMULATOR: Network = { name: 'simulator', simulated: true }

/** Where an entry trades, without starting anything. */
export function networkOf({ definition, options }: DiscoveredVenue): Network {
  return options === null ? SIMULATOR : venueNetwork(definition, options.value)
}
