import type { ResolvedCapabilities, SimulatorDefinition, VenueDefinition, VenueKey, VenueRole } from '@portolan/core'
import type { ConfigIssue, VenueEntry } from '../config/index.ts'
import type { PackageInfo } from './package-info.ts'

/** A config entry whose package was found, loaded and checked. Nothing of it has been started. */
export interface DiscoveredVenue {
  /** Its place in the config's `venues`. */
  readonly index: number
  readonly entry: VenueEntry
  readonly definition: VenueDefinition
  /** `null` when the config holds the definition itself. */
  readonly package: PackageInfo | null
  readonly key: VenueKey
  readonly label: string
  readonly capabilities: ResolvedCapabilities
  /** What the entry is used for: the config's choice, else all that the package has. */
  readonly roles: ReadonlySet<VenueRole>
  /** The entry's options by the package's schema; `null` while its simulator has yet to complete them. */
  readonly options: { readonly value: unknown } | null
  readonly simulator: DiscoveredSimulator | null
}

/** The simulator that an entry is to run on, with its options by its own schema. */
export interface DiscoveredSimulator {
  readonly definition: SimulatorDefinition
  /** The module that exports it, by which a thread of its own can load it. */
  readonly file: string
  readonly speed: number
  readonly options: unknown
}

/** Something to tell the user that does not keep the runner from running. */
export interface SetupWarning extends ConfigIssue {
  readonly code: WarningCode
}

/** Add at the end, never rename or remove. */
type WarningCode = 'core-in-dependencies' | 'unknown-capability' | 'unused-key' | 'no-venue' | 'networks-differ'

export interface Discovery {
  readonly venues: readonly DiscoveredVenue[]
  readonly issues: readonly ConfigIssue[]
  readonly warnings: readonly SetupWarning[]
}
