import type { VenueDefinition } from '@portolan/core'
import { resolveCapabilities, venueKey } from '@portolan/core'
import type { ConfigIssue, VenueEntry } from '../config/index.ts'
import { formatPath } from '../config/index.ts'
import { unknownCapabilities } from './check-definition.ts'
import type { DiscoveredSimulator, DiscoveredVenue, Discovery, SetupWarning } from './discovered-venue.ts'
import { loadDefinition } from './load-definition.ts'
import { loadSimulator } from './load-simulator.ts'
import type { PackageInfo } from './package-info.ts'
import { describePackage } from './package-info.ts'
import { validateOptions } from './validate-options.ts'

/**
 * Loads the packages that the entries name, and no others, and checks them. Every problem of every entry is reported; an entry with a problem is left out.
 * @param entries by their place in the config; `null` for those that are not to be looked at.
 * @param directory of the config file: names and paths start from there.
 */
export async function discoverVenues(entries: readonly (VenueEntry | null)[], directory: string): Promise<Discovery> {
  const discoveries = await Promise.all(
    entries.flatMap((entry, index) => (entry === null ? [] : [new EntryDiscovery(entry, index, directory).run()])),
  )
  return {
    venues: discoveries.flatMap(({ venue }) => venue ?? []),
    issues: discoveries.flatMap(({ issues }) => issues),
    warnings: discoveries.flatMap(({ warnings }) => warnings),
  }
}

interface EntryResult {
  readonly venue: DiscoveredVenue | null
  readonly issues: readonly ConfigIssue[]
  readonly warnings: readonly SetupWarning[]
}

class EntryDiscovery {
  readonly #entry: VenueEntry
  readonly #index: number
  readonly #directory: string
  readonly #issues: ConfigIssue[] = []
  readonly #warnings: SetupWarning[] = []

  constructor(entry: VenueEntry, index: number, directory: string) {
    this.#entry = entry
    this.#index = index
    this.#directory = directory
  }

  async run(): Promise<EntryResult> {
    const loaded = await loadDefinition(this.#entry.use, this.#directory)
    if (loaded.definition === null) {
      for (const problem of loaded.problems) this.#refuse(['use'], problem)
      return { venue: null, issues: this.#issues, warnings: [] }
    }
    const venue = await this.#check(loaded.definition, loaded.info)
    return { venue: this.#issues.length > 0 ? null : venue, issues: this.#issues, warnings: this.#warnings }
  }

  async #check(definition: VenueDefinition, info: PackageInfo | null): Promise<DiscoveredVenue> {
    const entry = this.#entry
    const capabilities = resolveCapabilities(definition.capabilities)
    const roles = new Set(entry.roles ?? capabilities.roles)
    for (const role of roles) {
      if (!capabilities.roles.includes(role)) {
        this.#refuse(
          ['roles'],
          `"${role}" is asked for, but ${definition.name} only has ${capabilities.roles.join(' and ')}`,
        )
      }
    }
    this.#warnOf(definition, info)
    const simulator = entry.simulator === null ? null : await this.#simulator(definition, entry.simulator)
    return {
      index: this.#index,
      entry,
      definition,
      package: info,
      key: venueKey(definition.key),
      label: entry.label,
      capabilities,
      roles,
      // With a simulator they are complete, and can be judged, only once it runs.
      options: entry.simulator === null ? await this.#options(definition) : null,
      simulator,
    }
  }

  async #options(definition: VenueDefinition): Promise<{ readonly value: unknown } | null> {
    const { value, issues } = await validateOptions(definition.options, this.#entry.options, this.#at(['options']))
    this.#issues.push(...issues)
    return issues.length > 0 ? null : { value }
  }

  async #simulator(
    definition: VenueDefinition,
    wanted: NonNullable<VenueEntry['simulator']>,
  ): Promise<DiscoveredSimulator | null> {
    const { use } = this.#entry
    if (typeof use !== 'string') {
      this.#refuse(
        ['simulator'],
        'a simulator is found by the name of its package: write the name in `use` instead of the definition',
      )
      return null
    }
    try {
      const simulator = await loadSimulator(use, this.#directory)
      const { value, issues } = await validateOptions(
        simulator.definition.options,
        wanted.options,
        this.#at(['simulator']),
      )
      this.#issues.push(...issues)
      const { definition: simulated, file } = simulator
      return { definition: simulated, file, speed: wanted.speed, options: value }
    } catch (error) {
      const declared = definition.capabilities.simulator === true ? '' : ` (${definition.name} declares none)`
      this.#refuse(['simulator'], `${error instanceof Error ? error.message : String(error)}${declared}`)
      return null
    }
  }

  #warnOf(definition: VenueDefinition, info: PackageInfo | null): void {
    if (info?.bringsOwnCore === true) {
      this.#warn(
        'core-in-dependencies',
        ['use'],
        `${describePackage(info)} lists @portolan/core in dependencies: it belongs into peerDependencies, or two copies may be installed`,
      )
    }
    for (const name of unknownCapabilities(definition)) {
      this.#warn(
        'unknown-capability',
        ['use'],
        `${definition.name} declares the capability "${name}", which this runner does not know and leaves alone`,
      )
    }
    const { key } = this.#entry
    if (key !== null && resolveCapabilities(definition.capabilities).signature === null) {
      this.#warn('unused-key', ['key'], `${definition.name} signs nothing: the key is not read`)
    }
  }

  #refuse(path: readonly PropertyKey[], message: string): void {
    this.#issues.push({ path: formatPath(this.#at(path)), message })
  }

  #warn(code: SetupWarning['code'], path: readonly PropertyKey[], message: string): void {
    this.#warnings.push({ code, path: formatPath(this.#at(path)), message })
  }

  #at(path: readonly PropertyKey[]): readonly PropertyKey[] {
    return ['venues', this.#index, ...path]
  }
}
