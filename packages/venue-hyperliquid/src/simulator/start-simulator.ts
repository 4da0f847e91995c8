import type { Server } from 'node:http'
import { createServer } from 'node:http'
import { PERP_UNIVERSE } from '../reference/index.ts'
import type { SimulatorTime } from './clock.ts'
import { SimulatorClock } from './clock.ts'
import { ControlRoutes } from './control/control-routes.ts'
import type { AccountExecutions } from './control/execution-ledger.ts'
import { executions } from './control/execution-ledger.ts'
import type { Fault } from './faults.ts'
import { FaultPlan } from './faults.ts'
import { Kernel } from './kernel.ts'
import { MinuteBudget } from './limits.ts'
import { Market } from './market/market.ts'
import type { SimulatorOptions } from './options.ts'
import { resolveOptions } from './options.ts'
import { handleHttp } from './rest/http-handler.ts'
import { VenueRoutes } from './rest/http-routes.ts'
import { readState } from './state/state-file.ts'
import { SocketHub } from './websocket/socket-hub.ts'

/** Somebody else listens on the port that was asked for. */
export class PortInUseError extends Error {
  override readonly name = 'PortInUseError'
  readonly port: number

  constructor(port: number, options?: ErrorOptions) {
    super(`port ${port} is in use: stop what listens there or ask for another port (0 = any free one)`, options)
    this.port = port
  }
}

/** What a simulator can be made to suffer. */
export interface SimulatorFaults {
  /** Waits for the next request or frame that it fits. */
  add(fault: Fault): void
  clear(): void
  /** Ends every socket now, without a close frame. */
  dropSockets(): void
  /** Takes a coin off the market: `isDelisted` in `meta`, its orders cancelled, positions settled. */
  delist(coin: string): Promise<void>
}

/** A running simulator. */
export interface Simulator extends AsyncDisposable {
  /** Base address of REST, e.g. `http://127.0.0.1:3000`. */
  readonly url: string
  /** Address of the WebSocket. */
  readonly wsUrl: string
  readonly port: number
  readonly seed: string
  readonly clock: { now(): number; readonly time: SimulatorTime }
  readonly faults: SimulatorFaults
  /** Moves simulated time; resolves when everything in between has happened and was sent. */
  advance(ms: number): Promise<void>
  /** Makes a coin trade at `price` from now on, as if the market had jumped there. */
  pushPrice(coin: string, price: number): Promise<void>
  /** What every account had executed. */
  executions(): AccountExecutions[]
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
  const wall = resolved.wallClock()
  const time = {
    speed: resolved.clock.speed ?? 1,
    anchorWallMs: resolved.clock.anchorWallMs ?? wall,
    anchorMs: resolved.clock.anchorMs ?? restored?.now ?? wall,
  }
  const clock = new SimulatorClock(time, resolved.wallClock)
  const market = new Market(resolved.seed, PERP_UNIVERSE, clock.now())
  const kernel = new Kernel(market, clock, resolved, restored)
  const faults = new FaultPlan()
  const routes = new VenueRoutes(kernel, faults, new MinuteBudget(resolved.limits.restWeight))
  const { limits, idleCloseMs, onError } = resolved
  const hub = new SocketHub({ kernel, routes, faults, limits, idleCloseMs, onError })
  kernel.join(hub)
  const control = new ControlRoutes({ kernel, faults, dropSockets: () => hub.dropAll() })
  const server = createServer((request, response) => {
    handleHttp(request, response, routes, control).catch(onError)
  })
  server.on('upgrade', (request, connection, head) => hub.upgrade(request, connection, head))
  const port = await listen(server, resolved.port)
  const ticker = setInterval(() => {
    // A fast clock can ask for more than fits into a tick; the rest follows in the next ones.
    kernel.catchUp(resolved.tickMs / 2)
    hub.closeIdle()
  }, resolved.tickMs)

  let closing: Promise<void> | undefined
  const close = () => {
    closing ??= (async () => {
      clearInterval(ticker)
      hub.dropAll()
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
      await kernel.save()
    })()
    return closing
  }
  return {
    url: `http://127.0.0.1:${port}`,
    wsUrl: `ws://127.0.0.1:${port}/ws`,
    port,
    seed: resolved.seed,
    clock,
    faults: {
      add: (fault) => faults.add(fault),
      clear: () => faults.clear(),
      dropSockets: () => hub.dropAll(),
      delist: (coin) => kernel.delist(coin),
    },
    advance: (ms) => kernel.advance(ms),
    pushPrice: (coin, price) => kernel.pushPrice(coin, price),
    executions: () => executions(kernel.core),
    close,
    [Symbol.asyncDispose]: close,
  }
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      reject(cause.code === 'EADDRINUSE' ? new PortInUseError(port, { cause }) : cause)
    })
    server.listen(port, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the simulator listens on no TCP port')
  return address.port
}
