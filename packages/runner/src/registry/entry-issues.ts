import type { SimulatedTime } from '@portolan/core'
import type { ConfigIssue, RunMode } from '../config/index.ts'
import { formatPath } from '../config/index.ts'
import type { DiscoveredVenue } from '../discovery/index.ts'
import { describePackage } from '../discovery/index.ts'
import { venueNetwork } from './venue-network.ts'

/** Whether orders are signed by the venue's own key in this mode. */
export function sendsOrders(mode: RunMode): boolean {
  return mode === 'live' || mode === 'dry-run'
}

/** What is wrong with the entries of `venues` among themselves and in this mode. */
export function entryIssues(venues: readonly DiscoveredVenue[], mode: RunMode): ConfigIssue[] {
  return [...duplicateEntries(venues), ...missingKeys(venues, mode), ...differentTimes(venues)]
}

/** Two entries of one key and label: nothing could tell them apart. */
function duplicateEntries(venues: readonly DiscoveredVenue[]): ConfigIssue[] {
  const seen = new Map<string, DiscoveredVenue>()
  return venues.flatMap((venue) => {
    const identity = JSON.stringify([venue.key, venue.label])
    const first = seen.get(identity)
    if (first === undefined) {
      seen.set(identity, venue)
      return []
    }
    return [
      {
        path: formatPath(['venues', venue.index, 'label']),
        message: `"${venue.label}" of ${venue.key} is venues[${first.index}] already, by ${by(first)}; this one is by ${by(venue)}: give one of them another label`,
      },
    ]
  })
}

function by(venue: DiscoveredVenue): string {
  return venue.package === null ? `the definition ${venue.definition.name}` : describePackage(venue.package)
}

function missingKeys(venues: readonly DiscoveredVenue[], mode: RunMode): ConfigIssue[] {
  if (!sendsOrders(mode)) return []
  return venues.filter(needsKey).map(({ index, capabilities, definition }) => ({
    path: formatPath(['venues', index, 'key']),
    message: `${definition.name} signs orders with a ${capabilities.signature} key, and mode ${mode} needs it: { env: 'NAME' } or { file: 'path' }`,
  }))
}

/** An entry on a simulator gets a throwaway key when it has none of its own. */
function needsKey({ entry, roles, capabilities, definition, options, simulator }: DiscoveredVenue): boolean {
  if (entry.key !== null || capabilities.signature === null || !roles.has('execution')) return false
  return simulator === null && options !== null && !venueNetwork(definition, options.value).simulated
}

/** A runner lives in one time: that of the wall clock, or that of all of its simulators. */
function differentTimes(venues: readonly DiscoveredVenue[]): ConfigIssue[] {
  const [fast] = venues.filter(({ simulator }) => simulator !== null && simulator.speed !== 1)
  if (fast?.simulator == null) return []
  const { speed } = fast.simulator
  return venues
    .filter(({ simulator }) => simulator?.speed !== speed)
    .map(({ index, simulator }) => ({
      path: formatPath(['venues', index, ...(simulator === null ? [] : ['simulator', 'speed'])]),
      message: `runs ${simulator?.speed ?? 1} times as fast as time, but the simulator of venues[${fast.index}] ${speed} times: all venues of a run live in one time`,
    }))
}

/** The config's own time is that of simulators which run by themselves: on a real market it would be a clock that goes wrong. */
export function clockIssues(venues: readonly DiscoveredVenue[], clock: SimulatedTime | null): ConfigIssue[] {
  if (clock === null) return []
  return venues.flatMap(({ index, simulator, definition, options }) => {
    if (simulator !== null || options === null) {
      return [{ path: 'clock', message: `venues[${index}] starts a simulator, which brings its own time: drop clock` }]
    }
    const { name, simulated } = venueNetwork(definition, options.value)
    if (simulated) return []
    return [{ path: 'clock', message: `venues[${index}] is on ${name}, where only the wall clock counts: drop clock` }]
  })
}
