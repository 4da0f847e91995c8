import type { RunMode } from '../config/index.ts'
import type { DiscoveredVenue } from '../discovery/index.ts'
import { RunnerError } from '../runner-error.ts'
import { venueNetwork } from './venue-network.ts'

/**
 * Real orders need two switches: `mode: 'live'` in the config and `--live` on the command line. Entries that trade on a simulator need only the first.
 * @param venues with their options complete, i.e. after the simulators were started.
 * @throws {RunnerError} `live-not-confirmed`, naming what would trade where.
 */
export function requireLiveConfirmation(venues: readonly DiscoveredVenue[], mode: RunMode, isConfirmed: boolean): void {
  if (mode !== 'live' || isConfirmed) return
  const real = venues.flatMap(({ key, label, definition, options, roles }) => {
    if (!roles.has('execution')) return []
    const network =
      options === null ? { name: 'a network not yet known', simulated: false } : venueNetwork(definition, options.value)
    return network.simulated ? [] : [`${key} "${label}" on ${network.name}`]
  })
  if (real.length === 0) return
  throw new RunnerError(
    'live-not-confirmed',
    `Mode live would send real orders to ${real.join(', ')}: add --live to the command line if that is what you want, or set mode to paper or dry-run`,
  )
}
