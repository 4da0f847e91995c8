import type { Clock, Network, Signer, Venue, VenueContext, VenueEvent, VenueRole } from '@portolan/core'
import type { RunMode, RunnerConfig } from '../config/index.ts'
import type { DiscoveredVenue } from '../discovery/index.ts'
import type { VenueRef } from '../registry/venue-ref.ts'
import type { BudgetRegistry, RunnerLogger, Transport, VenueClock } from '../services/index.ts'
import { ServiceContainer } from './service-container.ts'

/** Takes what venues tell, in the order in which they tell it. It must neither throw nor wait. */
type VenueEventSink = (source: VenueRef, event: VenueEvent) => void

/** What one runner has once. */
export interface RunnerServices {
  readonly config: RunnerConfig
  readonly mode: RunMode
  readonly clock: Clock
  readonly logger: RunnerLogger
  readonly budgets: BudgetRegistry
  /** Aborted when the runner stops. */
  readonly signal: AbortSignal
  readonly onVenueEvent: VenueEventSink
  readonly fetch: typeof globalThis.fetch
  /** Opens the WebSockets of one venue. */
  readonly openTransport: (options: { readonly logger: RunnerLogger }) => Transport
}

/** What each venue entry has of its own, in a child container. */
export interface VenueServices {
  readonly discovered: DiscoveredVenue
  readonly ref: VenueRef
  readonly network: Network
  /** What the adapter is used for in this mode. */
  readonly activeRoles: ReadonlySet<VenueRole>
  readonly venueLogger: RunnerLogger
  readonly venueClock: VenueClock
  /** Aborted when this venue, or the runner, stops. */
  readonly venueSignal: AbortSignal
  readonly transport: Transport
  readonly signer: Signer | null
  readonly context: VenueContext<unknown>
  readonly venue: Venue
}

/** The container of a runner, before anything is provided. */
export function createRunnerContainer(): ServiceContainer<RunnerServices> {
  return ServiceContainer.create<RunnerServices>()
}
