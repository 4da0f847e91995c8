import type { Instrument, VenueDefinition, VenueKey } from '@portolan/core'
import { venueKey, venueKeyParts } from '@portolan/core'
import leven from 'leven'
import type { RunnerConfig, VenueEntry } from '../../config/index.ts'
import type { DiscoveredVenue } from '../../discovery/index.ts'
import { discoverVenues } from '../../discovery/index.ts'
import { CommandError } from '../command-error.ts'

/** Close matches that are shown for a name that does not exist. */
const SHOWN_MATCHES = 3

/**
 * The package of a venue key: that of the config's entries, else the one that the chain's name stands for (`acme/perps` -> `acme`).
 * @throws {CommandError} naming the key and what was tried.
 */
export async function findVenue(
  key: VenueKey,
  project: { readonly config: RunnerConfig; readonly directory: string } | null,
  cwd: string,
): Promise<DiscoveredVenue> {
  const known: string[] = []
  if (project !== null) {
    const { venues, issues } = await discoverVenues(project.config.venues.map(withoutSimulator), project.directory)
    const found = venues.find((venue) => venue.key === key)
    if (found !== undefined) return found
    known.push(...venues.map((venue) => `the config has ${venue.key}`), ...issues.map(({ message }) => message))
  }
  const name = venueKeyParts(key).tokenChain
  const here = await discoverVenues([entryOf(name)], project?.directory ?? cwd)
  // What the project has not, the runner itself may have.
  const { venues } = here.venues.length > 0 ? here : await discoverVenues([entryOf(name)], import.meta.dirname)
  const [venue] = venues
  if (venue?.key === key) return venue
  if (venue === undefined) known.push(...here.issues.map(({ message }) => message))
  else known.push(`the package of "${name}" is the venue ${venue.key}`)
  throw new CommandError([`There is no venue ${key}:`, ...new Set(known.map((text) => `  ${text}`))].join('\n'))
}

/** An instrument that a package knows without a connection. @throws {CommandError} naming the token, the venue and names that are close. */
export function findInstrument(definition: VenueDefinition, token: string): Instrument {
  const instruments = definition.offlineInstruments?.() ?? null
  if (instruments === null) {
    throw new CommandError(
      `The package of ${definition.name} knows no instruments without a connection, so the orders of a backtest cannot be sized`,
    )
  }
  const found = instruments.find((instrument) => instrument.id === token)
  if (found !== undefined) return found
  throw new CommandError(
    `${venueKey(definition.key)} has no token "${token}"${closeMatches(
      token,
      instruments.map(({ id }) => id),
    )}`,
  )
}

/** ` (close: A, B)`, or nothing when no name is near. */
export function closeMatches(wrong: string, names: readonly string[]): string {
  const lower = wrong.toLowerCase()
  const near = names
    .map((name) => ({ name, distance: leven(lower, name.toLowerCase()) }))
    .filter(({ name, distance }) => distance <= Math.max(1, wrong.length / 3) || name.toLowerCase().startsWith(lower))
    .toSorted((a, b) => a.distance - b.distance)
    .slice(0, SHOWN_MATCHES)
  return near.length === 0 ? '' : ` (close: ${near.map(({ name }) => name).join(', ')})`
}

function entryOf(use: string): VenueEntry {
  return {
    use,
    label: 'default',
    roles: null,
    key: null,
    options: {},
    simulator: null,
    slippageBps: null,
    external: 'report',
  }
}

/** Nothing is started here: the package alone counts. */
function withoutSimulator(entry: VenueEntry): VenueEntry {
  return entry.simulator === null ? entry : { ...entry, simulator: null, options: {} }
}
