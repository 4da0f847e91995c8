import type { JsonValue, SimulatedTime } from '@portolan/core'
import { announcementOf, venueOptionsOf } from './announcement.ts'
import type { SimulatorOptionsInput } from './options.ts'
import { SIMULATOR_OPTIONS } from './options.ts'
import { ScaledClock } from './server/scaled-clock.ts'
import { startServer } from './server/start-server.ts'
import { StateFile } from './state/state-file.ts'
import { SimulatedWorld } from './world.ts'

const TICK_MS = 20

export interface StartRequest {
  readonly options?: SimulatorOptionsInput
  /** TCP port on 127.0.0.1. Default: any free one. */
  readonly port?: number
  /** Default: the wall clock at its own speed. Speed 0 stands still: time moves by `advance` alone. */
  readonly time?: SimulatedTime
  /** File in which the chain survives a restart. Default: none. */
  readonly stateFile?: string | null
  /** Told of defects of the simulator itself, which clients see as 500. Default: a warning of the process. */
  readonly onError?: (error: unknown) => void
}

/** A running simulator. */
export interface Simulator extends AsyncDisposable {
  /** Base address of RPC, Jupiter and control routes, e.g. `http://127.0.0.1:3000`. */
  readonly url: string
  readonly port: number
  readonly world: SimulatedWorld
  readonly clock: ScaledClock
  readonly announcement: { readonly [key: string]: JsonValue }
  readonly venueOptions: { readonly [key: string]: JsonValue }
  /** Moves simulated time; resolves when everything in between has happened. */
  advance(ms: number): Promise<void>
  /** Saves, ends all connections, frees the port. */
  close(): Promise<void>
}

/**
 * Starts a simulated Solana on 127.0.0.1: RPC, WebSocket, a loopback Jupiter and price history on one port.
 * @throws {PortInUseError} when the port is taken. {@link StateFileError} when the state file cannot be used.
 */
export async function startSimulator(request: StartRequest = {}): Promise<Simulator> {
  const options = SIMULATOR_OPTIONS.parse(request.options ?? {})
  const onError = request.onError ?? warn
  const wall = Date.now()
  const clock = new ScaledClock(request.time ?? { speed: 1, anchorWallMs: wall, anchorMs: wall })
  const path = request.stateFile ?? null
  const file = path === null ? undefined : StateFile.open(path, options)
  const advance = (ms: number) => {
    clock.advance(ms)
    run()
    return Promise.resolve()
  }
  const world = new SimulatedWorld({
    options,
    clock,
    advanceClock: advance,
    ...(file === undefined ? {} : { saved: { records: file.records, journal: file } }),
  })
  file?.compact(world.chain.capture())
  const run = () => {
    clock.runDue()
    world.catchUp()
  }
  const server = await startServer(world, request.port ?? 0, onError)
  const ticker = setInterval(() => {
    try {
      run()
    } catch (error) {
      onError(error)
    }
  }, TICK_MS)
  const url = `http://127.0.0.1:${server.port}`
  let closing: Promise<void> | undefined
  const close = () => {
    closing ??= (async () => {
      clearInterval(ticker)
      await server.close()
      file?.close()
    })()
    return closing
  }
  return {
    url,
    port: server.port,
    world,
    clock,
    announcement: announcementOf(world, url),
    venueOptions: venueOptionsOf(world, url, clock.time.speed),
    advance,
    close,
    [Symbol.asyncDispose]: close,
  }
}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? (error.stack ?? error.message) : String(error), 'SimulatorWarning')
}
