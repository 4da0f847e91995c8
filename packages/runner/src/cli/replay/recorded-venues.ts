import type { Instrument, VenueKey } from '@portolan/core'
import { sourceOf } from '../../composition/trading-venues.ts'
import type { RunnerConfig } from '../../config/index.ts'
import type { DiscoveredVenue } from '../../discovery/index.ts'
import { EntryIndex } from '../../registry/index.ts'
import type { ReplayVenue } from '../../replay/replay-request.ts'
import type { Store } from '../../store/store.ts'
import { networkOf } from '../project/project-venues.ts'

/** Who executes and who brings the data of a position; or why nobody does, as a sentence. */
export type PositionEntries =
  | { readonly execution: ReplayVenue; readonly data: ReplayVenue }
  | { readonly problem: string }

/** The entries of a config as a store has recorded them. */
export class RecordedVenues {
  readonly #index: EntryIndex<DiscoveredVenue>
  readonly #recorded: ReadonlyMap<DiscoveredVenue, ReplayVenue>

  private constructor(recorded: ReadonlyMap<DiscoveredVenue, ReplayVenue>) {
    this.#index = new EntryIndex([...recorded.keys()])
    this.#recorded = recorded
  }

  /** @param slippageBps of all entries, instead of their own. */
  static async read(
    store: Pick<Store, 'instruments'>,
    venues: readonly DiscoveredVenue[],
    config: RunnerConfig,
    slippageBps: number | null,
  ): Promise<RecordedVenues> {
    const recorded = new Map<DiscoveredVenue, ReplayVenue>()
    for (const venue of venues) {
      const { key, label, definition, capabilities, entry } = venue
      const network = networkOf(venue)
      recorded.set(venue, {
        key,
        label,
        name: definition.name,
        network,
        source: sourceOf({ network, label }),
        capabilities,
        instruments: await instrumentsOf(store, venue, venues),
        slippageBps: slippageBps ?? entry.slippageBps ?? config.simulation.slippageBps,
      })
    }
    return new RecordedVenues(recorded)
  }

  get all(): readonly ReplayVenue[] {
    return [...this.#recorded.values()]
  }

  forPosition(venue: VenueKey, label: string | null): PositionEntries {
    const executing = this.#index.execution({ venue, label })
    // Where fills are simulated, a source of data is enough.
    const execution =
      executing.entry === null && executing.code === 'no-role' ? this.#index.data({ venue, label }) : executing
    if (execution.entry === null) return { problem: execution.message }
    const data = this.#index.dataFor(execution.entry)
    if (data.entry === null) return { problem: data.message }
    return { execution: this.#of(execution.entry), data: this.#of(data.entry) }
  }

  data(venue: VenueKey, label: string | null): ReplayVenue | { readonly problem: string } {
    const found = this.#index.data({ venue, label })
    return found.entry === null ? { problem: found.message } : this.#of(found.entry)
  }

  #of(venue: DiscoveredVenue): ReplayVenue {
    const recorded = this.#recorded.get(venue)
    if (recorded === undefined) throw new Error(`${venue.key} "${venue.label}" was not read`)
    return recorded
  }
}

/** What the venue said when it was connected last, else what another entry of it heard, else what its package knows. */
async function instrumentsOf(
  store: Pick<Store, 'instruments'>,
  venue: DiscoveredVenue,
  all: readonly DiscoveredVenue[],
): Promise<readonly Instrument[]> {
  const others = all.filter((other) => other !== venue && other.key === venue.key)
  for (const entry of [venue, ...others]) {
    const source = sourceOf({ network: networkOf(entry), label: entry.label })
    const stored = await store.instruments(entry.key, source)
    if (stored.length > 0) return stored
  }
  return venue.definition.offlineInstruments?.() ?? []
}
