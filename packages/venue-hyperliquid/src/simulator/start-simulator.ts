import type { SimulatorTime } from './clock.ts'
import type { SimulatorOptions } from './options.ts'
import { resolveOptions } from './options.ts'
import { PortListener } from './server/port-listener.ts'
import { Simulation } from './simulation.ts'
import type { SimulatorControls } from './simulator-controls.ts'
import { controlsOf } from './simulator-controls.ts'
import { readState } from './state/state-file.ts'
import { wallTimers } from './timers.ts'

/** A running simulator. */
export interface Simulator extends SimulatorControls, AsyncDisposable {
  /** Base address of REST, e.g. `http://127.0.0.1:3000`. */
  readonly url: string
  /** Address of the WebSocket. */
  readonly wsUrl: string
  readonly port: number
  readonly seed: string
  readonly clock: { now(): number; readonly time: SimulatorTime }
  /** Moves simulated time; resolves when everything in between has happened and was sent. */
  advance(ms: number): Promise<void>
  /** Saves, ends all connections, and frees the port. */
  close(): Promise<void>
}

/**
 * Starts a simulated venue on 127.0.0.1 that speaks the REST and WebSocket protocols of Hyperliquid.
 * @throws {PortInUseError} when the port is taken. {@link StateFileError} when the state file cannot be used.
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const resolved = resolveOptions(options)
  const restored = resolved.state === null ? undefined : await readState(resolved.state, resolved.seed)
  const simulation = new Simulation(resolved, wallTimers, (ms) => listener.refuse(ms), restored)
  const listener = new PortListener(simulation, resolved.onError)
  const port = await listener.listen(resolved.port)
  const ticker = setInterval(() => {
    // A fast clock can ask for more than fits into a tick; the rest follows in the next ones.
    simulation.tick(resolved.tickMs / 2)
  }, resolved.tickMs)

  let closing: Promise<void> | undefined
  const close = () => {
    closing ??= (async () => {
      clearInterval(ticker)
      simulation.dropSockets()
      await listener.close()
      await simulation.kernel.save()
    })()
    return closing
  }
  return {
    ...controlsOf(simulation),
    url: `http://127.0.0.1:${port}`,
    wsUrl: `ws://127.0.0.1:${port}/ws`,
    port,
    seed: resolved.seed,
    clock: simulation.kernel.clock,
    advance: (ms) => simulation.kernel.advance(ms),
    close,
    [Symbol.asyncDispose]: close,
  }
}
