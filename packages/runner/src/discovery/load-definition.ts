import type { VenueDefinition } from '@portolan/core'
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
