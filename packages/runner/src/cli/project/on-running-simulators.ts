import type { ConfigIssue } from '../../config/index.ts'
import { ConfigError, formatPath } from '../../config/index.ts'
import type { DiscoveredVenue } from '../../discovery/index.ts'
import { validateOptions } from '../../discovery/index.ts'
import type { Setup } from '../../registry/index.ts'
import { venueNetwork } from '../../registry/index.ts'

/**
 * A setup whose simulators are not started: their entries trade where their options say, e.g. on one that `portolan simulate` runs. That must be a
 * simulated network: an entry that asks for a simulator never ends up on a real market because its simulator was not started.
 * @throws {ConfigError} naming every entry whose options do not lead to a simulator.
 */
export async function onRunningSimulators(setup: Setup): Promise<Setup> {
  const issues: ConfigIssue[] = []
  const venues: DiscoveredVenue[] = []
  for (const venue of setup.venues) {
    venues.push(venue.simulator === null ? venue : await onRunningSimulator(venue, issues))
  }
  if (issues.length > 0) throw new ConfigError(setup.path, issues)
  return { ...setup, venues }
}

async function onRunningSimulator(venue: DiscoveredVenue, issues: ConfigIssue[]): Promise<DiscoveredVenue> {
  const { index, definition, entry } = venue
  const { value, issues: found } = await validateOptions(definition.options, entry.options, [
    'venues',
    index,
    'options',
  ])
  issues.push(...found)
  if (found.length > 0) return venue
  const network = venueNetwork(definition, value)
  if (!network.simulated) {
    issues.push({
      path: formatPath(['venues', index, 'simulator']),
      message: `is only started by \`portolan start\`, and without it the entry's options lead to ${network.name}: use \`start\`, name the address of a running simulator in \`options\`, or take the \`simulator\` block out`,
    })
  }
  return { ...venue, options: { value }, simulator: null }
}
