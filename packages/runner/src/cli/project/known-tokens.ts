import type { DiscoveredVenue } from '../../discovery/index.ts'
import type { SharedStore } from '../../store/remote/shared-methods.ts'
import { CommandError } from '../command-error.ts'
import { closeMatches } from './find-venue.ts'
import { networkOf } from './project-venues.ts'

/** By what the venue said when it was connected last, else by what its package knows. @throws {CommandError} for a token that it does not have. */
export async function requireToken(store: SharedStore, venue: DiscoveredVenue, token: string): Promise<void> {
  const source = `${networkOf(venue).name}:${venue.label}`
  const seen = await store.instruments(venue.key, source)
  const known = seen.length > 0 ? seen : (venue.definition.offlineInstruments?.() ?? [])
  if (known.length === 0 || known.some(({ id, status }) => id === token && status === 'trading')) return
  const delisted = known.some(({ id }) => id === token)
  const near = closeMatches(
    token,
    known.map(({ id }) => id),
  )
  throw new CommandError(
    `${venue.key} ${delisted ? 'has delisted' : 'has no token'} "${token}"${delisted ? '' : near}; --unlisted adds it nevertheless`,
  )
}
