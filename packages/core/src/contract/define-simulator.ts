import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { JsonValue } from './services.ts'

/** Marks a simulator definition, also across copies of core. */
export const SIMULATOR_DEFINITION: unique symbol = Symbol.for('portolan.simulator')

/** Simulated time: `now = anchorMs + (wall clock - anchorWallMs) * speed`. Shared with the runner so that both live in the same time. */
export interface SimulatedTime {
  readonly speed: number
  /** ms. */
  readonly anchorWallMs: number
  /** ms. */
  readonly anchorMs: number
}

/** A running simulator. Disposing closes its sockets. */
export interface RunningSimulator extends AsyncDisposable {
  /** Printed as one JSON line by `portolan simulate`: addresses and whatever a stranger's client needs. */
  readonly announcement: { readonly [key: string]: JsonValue }
  /** Options for the venue of the same package that point it at this simulator. */
  readonly venueOptions: { readonly [key: string]: JsonValue }
  readonly time: SimulatedTime
}

export interface SimulatorRequest<Options> {
  readonly options: Options
  /** 0 = any free one. */
  readonly port: number
  readonly time: SimulatedTime
  /** A folder of its own in which to keep its state over a restart; `null` = forget. */
  readonly stateDirectory: string | null
}

/** A simulated venue: what `<package>/simulator` default-exports. It speaks the venue's own protocol over loopback sockets. */
export interface SimulatorSpec<Schema extends StandardSchemaV1> {
  readonly name: string
  readonly contract: number
  /** Schema of the simulator's own options (seed, faults, funding, ...). Every one has a default. */
  readonly options: Schema
  /** Resolves once it listens. Throws when the port is in use, naming it. */
  readonly start: (request: SimulatorRequest<StandardSchemaV1.InferOutput<Schema>>) => Promise<RunningSimulator>
}

/** A {@link SimulatorSpec} as `defineSimulator` returns it. `start` is a method for the reason given at `VenueDefinition`. */
export interface SimulatorDefinition<Schema extends StandardSchemaV1 = StandardSchemaV1>
  extends Omit<SimulatorSpec<Schema>, 'start'> {
  start(request: SimulatorRequest<StandardSchemaV1.InferOutput<Schema>>): Promise<RunningSimulator>
  readonly [SIMULATOR_DEFINITION]: true
}

/** Declares a simulated venue. */
export function defineSimulator<Schema extends StandardSchemaV1>(
  spec: SimulatorSpec<Schema>,
): SimulatorDefinition<Schema> {
  return Object.freeze({ ...spec, [SIMULATOR_DEFINITION]: true as const })
}

/** Whether a module's default export is a simulator definition. */
export function isSimulatorDefinition(value: unknown): value is SimulatorDefinition {
  return typeof value === 'object' && value !== null && SIMULATOR_DEFINITION in value
}
