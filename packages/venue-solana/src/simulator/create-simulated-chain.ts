import type { Clock, Connect, JsonValue } from '@portolan/core'
import { announcementOf, venueOptionsOf } from './announcement.ts'
import type { Journal, JournalRecord } from './chain/journal.ts'
import { IN_MEMORY_HOST, inMemoryTransport } from './in-memory-transport.ts'
import type { SimulatorOptionsInput } from './options.ts'
import { SIMULATOR_OPTIONS } from './options.ts'
import { SimulatedWorld } from './world.ts'

/** A simulated chain in memory. Disposing ends its timer. */
export interface SimulatedChain extends Disposable {
  /** Takes the place of the global `fetch` for addresses of this chain. */
  readonly fetch: (input: string | URL, init?: RequestInit) => Promise<Response>
  readonly connect: Connect
  readonly world: SimulatedWorld
  /** Addresses and mints, as `portolan simulate solana` prints them. */
  readonly announcement: { readonly [key: string]: JsonValue }
  /** Options for the venue that point it at this chain. */
  readonly venueOptions: { readonly [key: string]: JsonValue }
}

export interface SimulatedChainRequest {
  readonly options?: SimulatorOptionsInput
  /** The only time there is: the same calls at the same times give the same chain, to the byte. */
  readonly clock: Clock
  /** Records of an earlier life (a crash is undone by nothing but these), and where this one's go. */
  readonly saved?: { readonly records: Iterable<JournalRecord>; readonly journal: Journal }
}

/** A chain without sockets, files, randomness or time of its own, for simulations that must repeat exactly. */
export function createSimulatedChain({ options = {}, clock, saved }: SimulatedChainRequest): SimulatedChain {
  const resolved = SIMULATOR_OPTIONS.parse(options)
  const world = new SimulatedWorld({ options: resolved, clock, ...(saved === undefined ? {} : { saved }) })
  const { fetch, connect } = inMemoryTransport(world, clock)
  const ticker = clock.every(resolved.slotMs, () => world.catchUp())
  return {
    fetch,
    connect,
    world,
    announcement: announcementOf(world, IN_MEMORY_HOST),
    venueOptions: venueOptionsOf(world, IN_MEMORY_HOST, 1),
    [Symbol.dispose]: () => ticker[Symbol.dispose](),
  }
}
