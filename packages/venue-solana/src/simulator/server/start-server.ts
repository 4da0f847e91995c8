import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import type { Outcome, Request } from '../http/reply.ts'
import type { SimulatedWorld } from '../world.ts'

const MOST_BYTES = 2 * 1024 * 1024
/** Idle connections are kept so long, as by a load balancer. Node's own 5 s end many of them just when a client sends its next request. */
const IDLE_MS = 65_000

/** Somebody else listens on the port that was asked for. */
export class PortInUseError extends Error {
  override readonly name = 'PortInUseError'
  readonly port: number

  constructor(port: number, options?: ErrorOptions) {
    super(`port ${port} is in use: stop what listens there or ask for another port (0 = any free one)`, options)
    this.port = port
  }
}

/** The sockets of a simulated world. */
export interface RunningServer {
  readonly port: number
  close(): Promise<void>
}

/** Listens on 127.0.0.1. @throws {PortInUseError} */
export async function startServer(
  world: SimulatedWorld,
  port: number,
  onError: (error: unknown) => void,
): Promise<RunningServer> {
  const server = createServer((request, response) => {
    handle(world, request, response).catch(onError)
  })
  server.keepAliveTimeout = IDLE_MS
  server.headersTimeout = IDLE_MS + 5_000
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: MOST_BYTES })
  server.on('upgrade', (request, connection, head) => upgrade(world, sockets, request, connection, head, onError))
  const listening = await listen(server, port)
  return {
    port: listening,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      for (const socket of sockets.clients) socket.terminate()
      server.closeAllConnections()
      await closed
    },
  }
}

async function handle(world: SimulatedWorld, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === 'OPTIONS') {
    response.writeHead(204, CORS).end()
    return
  }
  let outcome: Outcome
  try {
    outcome = await world.answer(await requestOf(request))
  } catch (error) {
    if (!response.headersSent) response.writeHead(500, { 'content-type': 'text/plain' })
    response.end('Internal Server Error')
    throw error
  }
  // Ending the connection without a byte is what a lost answer looks like from outside.
  if (outcome === 'broken') {
    request.socket.destroy()
    return
  }
  const body = Buffer.from(outcome.body)
  response.writeHead(outcome.status, { 'content-length': body.length, ...CORS, ...outcome.headers })
  response.end(body)
}

/** Wallets in browsers ask from other origins. */
const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': '*',
  'access-control-allow-methods': 'GET, POST, DELETE, OPTIONS',
}

function upgrade(
  world: SimulatedWorld,
  sockets: WebSocketServer,
  request: IncomingMessage,
  connection: Duplex,
  head: Buffer,
  onError: (error: unknown) => void,
): void {
  const node = world.nodeAt(new URL(request.url ?? '/', 'http://simulator').pathname)
  if (node === undefined) {
    connection.end('HTTP/1.1 404 Not Found\r\n\r\n')
    return
  }
  sockets.handleUpgrade(request, connection, head, (socket) => {
    const session = world.sessions.open(node, {
      send: (text) => {
        if (socket.readyState === socket.OPEN) socket.send(text)
      },
      // Unread, it answers neither pings nor a close frame.
      freeze: () => socket.pause(),
      break: () => socket.terminate(),
    })
    socket.on('message', (data: Buffer) => {
      try {
        world.catchUp()
        session.receive(data.toString('utf8'))
      } catch (error) {
        onError(error)
      }
    })
    socket.on('error', () => undefined)
    socket.on('close', () => world.sessions.close(session))
  })
}

async function requestOf(request: IncomingMessage): Promise<Request> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > MOST_BYTES) throw new RangeError('body too large')
    chunks.push(chunk)
  }
  const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)] as const)
  return {
    method: request.method ?? 'GET',
    url: new URL(request.url ?? '/', 'http://simulator'),
    headers: new Map(headers),
    body: Buffer.concat(chunks).toString('utf8'),
    peer: request.socket.remoteAddress ?? '',
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
