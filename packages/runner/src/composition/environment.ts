import { randomUUID } from 'node:crypto'
import type { Clock, SimulatedTime } from '@portolan/core'
import type { Setup, StartedSimulators } from '../registry/index.ts'
import { startSimulators } from '../registry/index.ts'
import type { RunnerLogger, Transport } from '../services/index.ts'
import { createFetch, createTransport, ScaledClock, SystemClock } from '../services/index.ts'
import type { OpenStoreOptions, StoreLocation } from '../store/open-store.ts'
import { openStore } from '../store/open-store.ts'
import { storeSocketPath } from '../store/remote/socket-path.ts'
import type { ServedStore } from '../store/remote/store-server.ts'
import { serveStore } from '../store/remote/store-server.ts'
import type { Store } from '../store/store.ts'

/**
 * All that a runner has from the machine it runs on: time, connections, disk, chance. A deterministic simulation gives it others, and everything else is
 * the same code.
 */
export interface Environment {
  /** The run's clock; `time` is that of simulators, `null` the machine's. */
  clock(time: SimulatedTime | null): Clock
  readonly fetch: typeof globalThis.fetch
  /** WebSockets of one venue. */
  readonly openTransport: (options: { readonly logger: RunnerLogger }) => Transport
  openStore(location: StoreLocation, options: OpenStoreOptions): Promise<Store>
  /** Lets other processes work with a store that this one has alone; `null` where nobody needs to. */
  serveStore(location: StoreLocation, served: ServedStore): Promise<AsyncDisposable> | null
  startSimulators(setup: Setup): Promise<StartedSimulators>
  /** Tells this run from every other. */
  newRunId(): string
}

/** The machine. */
export const SYSTEM: Environment = {
  clock: (time) => (time === null ? new SystemClock() : new ScaledClock(time)),
  fetch: createFetch(),
  openTransport: createTransport,
  openStore,
  serveStore: (location, served) =>
    location.kind === 'pglite' && location.directory !== null
      ? serveStore({ ...served, path: storeSocketPath(location.directory) })
      : null,
  startSimulators: (setup) => startSimulators(setup),
  newRunId: randomUUID,
}
