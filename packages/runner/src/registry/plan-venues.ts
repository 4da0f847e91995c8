import type { Network } from '@portolan/core'
import type { ConfigIssue, PositionEntry, RunMode, RunnerConfig } from '../config/index.ts'
import { formatPath } from '../config/index.ts'
import type { DiscoveredVenue, SetupWarning } from '../discovery/index.ts'
import type { Lookup } from './entry-index.ts'
import { EntryIndex } from './entry-index.ts'
import { clockIssues, entryIssues, sendsOrders } from './entry-issues.ts'
import type { PlannedPosition, VenuePlan } from './plan.ts'
import { venueNetwork } from './venue-network.ts'
import type { VenueRequest } from './venue-ref.ts'

export interface PlanResult {
  readonly plan: VenuePlan
  readonly issues: readonly ConfigIssue[]
  readonly warnings: readonly SetupWarning[]
}

/**
 * Decides which entry does what for whom, and refuses what cannot work in this mode before anything is started. A position whose venue is not configured is
 * left alone with a warning; the others go on.
 * @param venues the entries of the config that were found. When others were not, nothing is said of what only they could be.
 */
export function planVenues(venues: readonly DiscoveredVenue[], config: RunnerConfig, mode: RunMode): PlanResult {
  return new Planning(venues, config, mode).run()
}

class Planning {
  readonly #index: EntryIndex<DiscoveredVenue>
  readonly #isComplete: boolean
  readonly #venues: readonly DiscoveredVenue[]
  readonly #config: RunnerConfig
  readonly #mode: RunMode
  readonly #issues: ConfigIssue[] = []
  readonly #warnings: SetupWarning[] = []

  constructor(venues: readonly DiscoveredVenue[], config: RunnerConfig, mode: RunMode) {
    this.#index = new EntryIndex(venues)
    this.#venues = venues
    this.#isComplete = venues.length === config.venues.length
    this.#config = config
    this.#mode = mode
  }

  run(): PlanResult {
    this.#issues.push(...entryIssues(this.#venues, this.#mode), ...clockIssues(this.#venues, this.#config.clock))
    for (const { entry, roles, index } of this.#venues) {
      if (entry.key !== null && !roles.has('execution')) {
        this.#warn(
          'unused-key',
          ['venues', index, 'key'],
          'an entry without the role execution signs nothing: the key is not read',
        )
      }
    }
    const positions = this.#config.positions.flatMap((position, index) => this.#position(position, index) ?? [])
    this.#regime()
    return { plan: { positions, majors: this.#majors() }, issues: this.#issues, warnings: this.#warnings }
  }

  #position(position: PositionEntry, index: number): PlannedPosition | null {
    const execution = this.#found(this.#execution(position), ['positions', index], position)
    if (execution === null) return null
    const data = this.#found(this.#index.dataFor(execution), ['positions', index], position)
    if (data === null) return null
    const { trades, bars } = data.capabilities
    if (!trades && !bars.includes(position.timeframe)) {
      const known = bars.length === 0 ? 'none' : bars.join(', ')
      this.#refuse(
        ['positions', index, 'timeframe'],
        `${data.definition.name} delivers no trades, and of bars only ${known}: ${position.timeframe} cannot be had`,
      )
    }
    this.#compareNetworks(execution, data, index)
    return { position, execution, data }
  }

  /** Where fills are simulated, a source of data is enough. */
  #execution(position: PositionEntry): Lookup<DiscoveredVenue> {
    const found = this.#index.execution(position)
    if (found.entry !== null || found.code !== 'no-role' || sendsOrders(this.#mode)) return found
    return this.#index.data(position)
  }

  #found(
    lookup: Lookup<DiscoveredVenue>,
    path: readonly PropertyKey[],
    position: PositionEntry,
  ): DiscoveredVenue | null {
    if (lookup.entry !== null) return lookup.entry
    if (lookup.code === 'no-venue') {
      this.#warn('no-venue', path, `${lookup.message}: the position in ${position.token} is left alone`)
    } else if (this.#isComplete || lookup.code === 'ambiguous') {
      this.#refuse(lookup.code === 'no-role' ? path : [...path, 'label'], lookup.message)
    }
    return null
  }

  #majors(): DiscoveredVenue | null {
    const { majors } = this.#config
    if (majors === null) return null
    return this.#dataOf(majors, ['majors'])
  }

  #regime(): void {
    const { drivers, buckets } = this.#config.regime
    for (const [driver, sources] of Object.entries(drivers)) {
      for (const [index, source] of sources.entries()) {
        const path = ['regime', 'drivers', driver, ...(sources.length > 1 ? [index] : [])]
        if ('venue' in source) this.#dataOf(source, path)
      }
    }
    if (buckets !== null) this.#dataOf(buckets, ['regime', 'drivers', 'bucket'])
  }

  #dataOf(request: VenueRequest, path: readonly PropertyKey[]): DiscoveredVenue | null {
    const lookup = this.#index.data(request)
    if (lookup.entry !== null) return lookup.entry
    if (!this.#isComplete && lookup.code !== 'ambiguous') return null
    this.#refuse([...path, lookup.code === 'no-venue' ? 'venue' : 'label'], lookup.message)
    return null
  }

  #compareNetworks(execution: DiscoveredVenue, data: DiscoveredVenue, index: number): void {
    const [a, b] = [networkOf(execution), networkOf(data)]
    if (a === null || b === null || a.name === b.name) return
    this.#warn(
      'networks-differ',
      ['positions', index],
      `it trades on ${a.name} ("${execution.label}") by prices of ${b.name} ("${data.label}")`,
    )
  }

  #refuse(path: readonly PropertyKey[], message: string): void {
    this.#issues.push({ path: formatPath(path), message })
  }

  #warn(code: SetupWarning['code'], path: readonly PropertyKey[], message: string): void {
    this.#warnings.push({ code, path: formatPath(path), message })
  }
}

function networkOf(venue: DiscoveredVenue): Network | null {
  return venue.options === null ? null : venueNetwork(venue.definition, venue.options.value)
}
