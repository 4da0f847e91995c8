import type { VenueDefinition, VenueKey } from '@portolan/core'
import { venueKey, venueKeyParts } from '@portolan/core'
import { RunnerError } from '../runner-error.ts'
import { checkVenueDefinition } from './check-definition.ts'
import { loadModule } from './load-module.ts'
import type { PackageInfo } from './package-info.ts'
import { describePackage } from './package-info.ts'

export type LoadedDefinition =
  | { readonly definition: VenueDefinition; readonly info: PackageInfo | null }
  | { readonly definition: null; readonly problems: readonly string[] }

/** Loads and checks the definition that a `use` stands for. */
export async function loadDefinition(use: string | VenueDefinition, directory: string): Promise<LoadedDefinition> {
  if (typeof use !== 'string') {
    const checked = checkVenueDefinition(use, 'the definition in the config')
    return checked.definition === null ? checked : { definition: checked.definition, info: null }
  }
  const loaded = await loadModule(use, directory)
  if (loaded.info === null) return { definition: null, problems: [loaded.message] }
  const checked = checkVenueDefinition(loaded.defaultExport, describePackage(loaded.info))
  return checked.definition === null ? checked : { definition: checked.definition, info: loaded.info }
}

/**
 * The definition of a venue of which only the key is known, e.g. in a backtest without a config: the package whose short name is the token chain.
 * @throws {RunnerError} `venue-unusable` when there is none, or it has another key.
 */
export async function loadDefinitionByKey(key: VenueKey, directory: string): Promise<VenueDefinition> {
  const loaded = await loadDefinition(venueKeyParts(key).tokenChain, directory)
  if (loaded.definition === null)
    throw new RunnerError('venue-unusable', `There is no venue for ${key}: ${loaded.problems.join('; ')}`)
  const found = venueKey(loaded.definition.key)
  if (found !== key)
    throw new RunnerError('venue-unusable', `There is no venue for ${key}: ${loaded.definition.name} is ${found}`)
  return loaded.definition
}
