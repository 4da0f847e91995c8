import { join } from 'node:path'
import type { Network } from '@portolan/core'
import type { RunMode, RunnerConfig } from '../config/index.ts'
import type { DiscoveredVenue } from '../discovery/index.ts'
import { RunnerError } from '../runner-error.ts'
import type { HeldSigner } from '../services/index.ts'
import { ensureKeyFile, loadSigner } from '../services/index.ts'
import { sendsOrders } from './entry-issues.ts'
import { entrySlug } from './entry-slug.ts'

/**
 * The signer of an entry, or `null` where nothing is signed: then its key is not even read. An entry that trades on a simulator and has no key gets a
 * throwaway one, kept in the runner's own folder so that a restart finds its account again.
 * @throws {RunnerError} when there is no key, or it cannot be used.
 */
export async function venueSigner(
  venue: DiscoveredVenue,
  network: Network,
  mode: RunMode,
  config: RunnerConfig,
): Promise<HeldSigner | null> {
  const { signature } = venue.capabilities
  if (signature === null || !venue.roles.has('execution') || !sendsOrders(mode)) return null
  if (venue.entry.key !== null) return loadSigner(signature, venue.entry.key)
  if (!network.simulated) {
    throw new RunnerError(
      'key-missing',
      `venues[${venue.index}] has no key: ${venue.definition.name} signs orders with a ${signature} key, and mode ${mode} needs it`,
    )
  }
  const file = join(config.stateDirectory, 'keys', `${entrySlug(venue)}.key`)
  await ensureKeyFile(file, signature)
  return loadSigner(signature, { file })
}
