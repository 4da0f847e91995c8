import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { Capabilities } from './capabilities.ts'
import type { Instrument, Venue, VenueContext } from './venue.ts'
import type { VenueKeyParts } from './venue-key.ts'

/** Version of the contract in ./venue.ts. A package says which one it was written against; a runner supports a range. */
export const CONTRACT_VERSION = 1

/** The oldest contract version that this core still serves. */
export const OLDEST_CONTRACT_VERSION = 1

/** Marks a definition, so that a runner recognises it also when two copies of core are installed. */
export const VENUE_DEFINITION: unique symbol = Symbol.for('portolan.venue')

/** Where a config entry trades. */
export interface Network {
  /** E.g. `mainnet`, `testnet`, `simulator`. */
  readonly name: string
  /**
   * `true` only where no order can ever reach anything but a simulator on this machine: such an entry runs live without `--live`.
   * An adapter that says so must refuse addresses that are not loopback.
   */
  readonly simulated: boolean
}

/** What a venue package says of itself. */
export interface VenueSpec<Schema extends StandardSchemaV1> {
  /** Short name for logs and configs, e.g. `acme`. */
  readonly name: string
  /** The {@link CONTRACT_VERSION} that the package was written against. An integer literal, not an import. */
  readonly contract: number
  readonly key: VenueKeyParts
  readonly capabilities: Capabilities
  /** Any Standard Schema (zod, valibot, arktype, ...) of the config entry's `options`. */
  readonly options: Schema
  /** Where these options trade. Without it every entry counts as a real market. */
  readonly network?: (options: StandardSchemaV1.InferOutput<Schema>) => Network
  /** Instruments known without a connection, so that a backtest can size orders offline. Live metadata always wins. */
  readonly offlineInstruments?: () => readonly Instrument[]
  /** Makes an adapter for one config entry. Connects nothing: `start` does. */
  readonly create: (context: VenueContext<StandardSchemaV1.InferOutput<Schema>>) => Venue
}

/**
 * A {@link VenueSpec} as `defineVenue` returns it; what a venue package default-exports. Its functions are methods, which are compared loosely, so that
 * the definition of every schema is a `VenueDefinition`; in the spec they are not, so that an adapter for other options is refused.
 */
export interface VenueDefinition<Schema extends StandardSchemaV1 = StandardSchemaV1>
  extends Omit<VenueSpec<Schema>, 'network' | 'create'> {
  network?(options: StandardSchemaV1.InferOutput<Schema>): Network
  create(context: VenueContext<StandardSchemaV1.InferOutput<Schema>>): Venue
  readonly [VENUE_DEFINITION]: true
}

/**
 * Declares a venue package.
 *
 * @example
 * export default defineVenue({
 *   name: 'acme',
 *   contract: 1,
 *   key: { tokenChain: 'acme', bookId: 'spot' },
 *   capabilities: { history: ['1m', '1h', '1d'], signature: 'ed25519' },
 *   options: z.object({ url: z.url() }),
 *   create: (context) => new AcmeVenue(context),
 * })
 */
export function defineVenue<Schema extends StandardSchemaV1>(spec: VenueSpec<Schema>): VenueDefinition<Schema> {
  return Object.freeze({ ...spec, [VENUE_DEFINITION]: true as const })
}

/** Whether a module's default export is a venue definition. */
export function isVenueDefinition(value: unknown): value is VenueDefinition {
  return typeof value === 'object' && value !== null && VENUE_DEFINITION in value
}
