import type { TradingVenue } from '../loop/trading-venue.ts'
import type { VenueDirectory } from '../loop/venue-directory.ts'
import type { VenueHandle, VenueRegistry } from '../registry/index.ts'
import { RunnerError } from '../runner-error.ts'

/** The registry as the loop asks it: a position without a venue is a sentence, not an error that ends the others. */
export function venueDirectory(
  registry: VenueRegistry,
  venues: ReadonlyMap<VenueHandle, TradingVenue>,
): VenueDirectory {
  const of = (handle: VenueHandle): TradingVenue => {
    const venue = venues.get(handle)
    if (venue === undefined) throw new RunnerError('no-venue', `${handle.key} "${handle.label}" does not run`)
    return venue
  }
  const orProblem = <T>(find: () => T): T | { readonly problem: string } => {
    try {
      return find()
    } catch (error) {
      if (error instanceof RunnerError) return { problem: error.message }
      throw error
    }
  }
  return {
    all: [...venues.values()],
    forPosition: (key, label) =>
      orProblem(() => {
        const request = { venue: key, label }
        return { execution: of(registry.execution(request)), data: of(registry.dataFor(request)) }
      }),
    dataOf: (key, label) => orProblem(() => of(registry.data(key, label))),
  }
}
