import type { Server } from 'node:http'
import { createServer } from 'node:http'
import type { Simulation } from '../simulation.ts'
import { handleHttp } from './http-shell.ts'
import { SocketShell } from './socket-shell.ts'

/** How long an HTTP connection may be idle. */
const KEEP_ALIVE_MS = 65_000

/** Somebody else listens on the port that was asked for. */
export class PortInUseError extends Error {
  override readonly name = 'PortInUseError'
  readonly port: number

  constructor(port: number, options?: ErrorOptions) {
    super(`port ${port} is in use: stop what listens there or ask for another port (0 = any free one)`, options)
    this.port = port
  }
}

/** The simulation's port on 127.0.0.1, which can be made to refuse connections for a while. */
export class PortListener {
  readonly #server: Server
  readonly #onError: (error: unknown) => void
  #port = 0
  #reopen: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(simulation: Simulation, onError: (error: unknown) => void) {
    this.#onError = onError
    this.#server = createServer((request, response) => {
      handleHttp(request, response, simulation).catch(onError)
    })
    // Node's 5 s would end idle connections under the feet of a client on a busy machine, which then cannot tell whether its request was taken.
    this.#server.keepAliveTimeout = KEEP_ALIVE_MS
    const sockets = new SocketShell(simulation)
    this.#server.on('upgrade', (request, connection, head) => sockets.upgrade(request, connection, head))
  }

  /** @throws {PortInUseError} */
  async listen(port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      const refused = (cause: NodeJS.ErrnoException) =>
        reject(cause.code === 'EADDRINUSE' ? new PortInUseError(port, { cause }) : cause)
      this.#server.once('error', refused)
      this.#server.listen(port, '127.0.0.1', () => {
        this.#server.off('error', refused)
        resolve()
      })
    })
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('the simulator listens on no TCP port')
    this.#port = address.port
    return address.port
  }

  /** Stops listening for so many ms: whoever connects meanwhile is refused by the system. */
  refuse(ms: number): void {
    if (this.#isClosed) return
    clearTimeout(this.#reopen)
    this.#server.close()
    // An answer to whoever asked for this may still be on its way.
    setImmediate(() => this.#server.closeAllConnections())
    this.#reopen = setTimeout(() => {
      if (!this.#isClosed) this.listen(this.#port).catch(this.#onError)
    }, ms)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#reopen)
    const closed = new Promise<void>((resolve) => {
      if (this.#server.listening) this.#server.close(() => resolve())
      else resolve()
    })
    this.#server.closeAllConnections()
    await closed
  }
}
