import type { RunnerServices, ServiceContainer } from '../container/index.ts'
import type { DiscoveredVenue } from '../discovery/index.ts'
import { RunnerError } from '../runner-error.ts'
import { redactText } from '../services/index.ts'
import { sendsOrders } from './entry-issues.ts'
import type { StartedVenue, VenueTimeouts } from './start-venue.ts'
import { startVenue } from './start-venue.ts'
import type { VenueFailure } from './venue-handle.ts'
import { VenueRegistry } from './venue-registry.ts'

const DEFAULT_TIMEOUTS: VenueTimeouts = { start: 60_000, stop: 10_000 }

interface Failed {
  readonly venue: DiscoveredVenue
  readonly error: Error
}

/**
 * Starts every venue, side by side. With `onVenueError: 'skip'` those that fail are reported and left out, unless all of them do; with `'fail'` the first
 * failure ends the others.
 * @throws {RunnerError} `venue-start-failed`, naming each that failed and why. Nothing is left running then.
 */
export async function startVenues(
  services: ServiceContainer<RunnerServices>,
  venues: readonly DiscoveredVenue[],
  timeouts: VenueTimeouts = DEFAULT_TIMEOUTS,
): Promise<VenueRegistry> {
  const { onVenueError } = services.resolve('config')
  await using stack = new AsyncDisposableStack()
  const started: StartedVenue[] = []
  const failed: Failed[] = []
  const givenUp = new AbortController()
  await Promise.all(
    venues.map(async (venue) => {
      try {
        started.push(await startVenue(services, venue, timeouts, givenUp.signal))
      } catch (error) {
        failed.push({ venue, error: original(error) })
        if (onVenueError === 'fail') givenUp.abort(new Error('another venue did not start'))
      }
    }),
  )
  for (const venue of started) stack.use(venue)
  if (failed.length > 0 && (onVenueError === 'fail' || started.length === 0))
    throw startError(failed, givenUp.signal.reason)
  const logger = services.resolve('logger')
  for (const { venue, error } of failed) {
    logger.error('A venue did not start: the run goes on without it', {
      venue: venue.definition.name,
      label: venue.label,
      error,
    })
  }
  return new VenueRegistry({
    handles: started.map(({ handle }) => handle).sort((a, b) => place(venues, a) - place(venues, b)),
    failures: failed.map(
      ({ venue, error }): VenueFailure => ({ key: venue.key, label: venue.label, roles: venue.roles, error }),
    ),
    simulatesFills: !sendsOrders(services.resolve('mode')),
    stack: stack.move(),
  })
}

/** What went wrong first: an adapter that fails to start may also fail to stop. */
function original(error: unknown): Error {
  if (error instanceof SuppressedError) return original(error.suppressed)
  return error instanceof Error ? error : new Error(String(error))
}

function place(venues: readonly DiscoveredVenue[], { key, label }: Pick<DiscoveredVenue, 'key' | 'label'>): number {
  return venues.findIndex((venue) => venue.key === key && venue.label === label)
}

/** @param reason with which the others were given up, which is no failure of theirs. */
function startError(all: readonly Failed[], reason: unknown): RunnerError {
  const failed = all.filter(({ error }) => error !== reason)
  const lines = failed.map(
    ({ venue, error }) => `  ${venue.key} "${venue.label}" (${venue.definition.name}): ${redactText(error.message)}`,
  )
  const cause = failed.length === 1 ? failed[0]?.error : new AggregateError(failed.map(({ error }) => error))
  return new RunnerError('venue-start-failed', ['Not all venues could be started:', ...lines].join('\n'), { cause })
}
