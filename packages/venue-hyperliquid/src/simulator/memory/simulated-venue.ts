import type { Clock, Connect } from '@portolan/core'
import type { SimulatorOptions } from '../options.ts'
import { resolveOptions } from '../options.ts'
import { Simulation } from '../simulation.ts'
import type { SimulatorControls } from '../simulator-controls.ts'
import { controlsOf } from '../simulator-controls.ts'
import { memoryConnect } from './memory-connect.ts'
import { memoryFetch } from './memory-fetch.ts'
import { MemoryNetwork } from './memory-network.ts'

/** Options of a venue in memory: everything but what belongs to a port or a real clock. */
export interface SimulatedVenueOptions extends Omit<SimulatorOptions, 'port' | 'clock' | 'wallClock' | 'state'> {
  /** The only time there is: the venue's own follows it, and it waits for nothing else. */
  readonly clock: Clock
  /** ms between two looks at the clock, at which streams are delivered. Default: 100. */
  readonly tickMs?: number
  /** ms that a request, an answer or a frame is under way; drawn from the seed between the two. Default: none. */
  readonly latencyMs?: number | readonly [min: number, max: number]
}

/** What one machine uses instead of its network. Limits per IP are counted for it alone. */
export interface MemoryPeer {
  readonly fetch: typeof globalThis.fetch
  readonly connect: Connect
}

/**
 * A venue in memory. The same seed and the same requests at the same times of the clock give the same answers and frames, to the byte:
 * nothing in it reads a real clock, waits for a real timer or draws real chance.
 */
export interface SimulatedVenue extends SimulatorControls, MemoryPeer, Disposable {
  /** Addresses that `fetch` and `connect` answer to, and nobody else. */
  readonly url: string
  readonly wsUrl: string
  /** Options of the adapter that make it use these addresses. */
  readonly venueOptions: { readonly network: 'simulator'; readonly url: string; readonly wsUrl: string }
  /** The venue's own time, ms. */
  now(): number
  /** Another machine, with limits of its own. `fetch` and `connect` of the venue are those of `127.0.0.1`. */
  peer(address: string): MemoryPeer
}

const URL = 'http://127.0.0.1'

/** Makes a venue in memory under an injected clock, e.g. a virtual one. */
export function createSimulatedVenue({ clock, latencyMs = 0, ...options }: SimulatedVenueOptions): SimulatedVenue {
  const tickMs = options.tickMs ?? 100
  const resolved = resolveOptions({ ...options, tickMs, wallClock: () => clock.now() })
  const network = new MemoryNetwork(clock, resolved.seed, latencyMs)
  const timers = {
    after: (ms: number, run: () => void) => clock.after(ms, run),
    breathe: () => Promise.resolve(),
  }
  const simulation = new Simulation(resolved, timers, (ms) => network.refuse(ms))
  const ticking = clock.every(tickMs, () => simulation.tick())
  const peer = (address: string): MemoryPeer => ({
    fetch: memoryFetch(simulation, network, address),
    connect: memoryConnect(simulation, network, address),
  })
  const [url, wsUrl] = [URL, `${URL.replace('http', 'ws')}/ws`]
  return {
    ...controlsOf(simulation),
    ...peer('127.0.0.1'),
    peer,
    url,
    wsUrl,
    venueOptions: { network: 'simulator', url, wsUrl },
    now: () => simulation.kernel.clock.now(),
    [Symbol.dispose]: () => {
      ticking[Symbol.dispose]()
      simulation.dropSockets()
    },
  }
}
