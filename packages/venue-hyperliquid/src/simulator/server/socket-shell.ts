import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import { WebSocketServer } from 'ws'
import type { Simulation } from '../simulation.ts'

/** Turns HTTP connections into the simulation's sockets. */
export class SocketShell {
  readonly #simulation: Simulation
  // No permessage-deflate: the venue does not offer it.
  readonly #server = new WebSocketServer({ noServer: true, perMessageDeflate: false })

  constructor(simulation: Simulation) {
    this.#simulation = simulation
  }

  /** Takes over an HTTP connection that wants to become a socket. */
  upgrade(request: IncomingMessage, connection: Duplex, head: Buffer): void {
    const peer = request.socket.remoteAddress ?? ''
    const { pathname } = new URL(request.url ?? '/', 'http://simulator')
    const refusal = pathname === '/ws' ? this.#simulation.refusal(peer) : '404 Not Found'
    if (refusal !== undefined) {
      connection.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
      return
    }
    this.#server.handleUpgrade(request, connection, head, (socket) => this.#accept(socket, peer))
  }

  #accept(socket: WebSocket, peer: string): void {
    const session = this.#simulation.open(peer, {
      isOpen: () => socket.readyState === socket.OPEN,
      send: (text) => socket.send(text),
      close: (code, reason) => socket.close(code, reason),
      terminate: () => socket.terminate(),
    })
    socket.on('message', (data: Buffer) => session.receive(data.toString('utf8')))
    socket.on('close', () => session.closed())
    socket.on('error', () => socket.terminate())
  }
}
