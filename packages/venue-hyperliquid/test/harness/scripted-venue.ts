import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocket, WebSocketServer } from 'ws'

/** What the scripted venue does with a request: an answer, an HTTP status with a text, silence, or a broken connection. */
export type Reply =
  | { readonly json: unknown }
  | { readonly status: number; readonly text: string; readonly headers?: Record<string, string> }
  | 'hang'
  | 'reset'

type JsonObject = Readonly<Record<string, unknown>>

/** A universe of three, of which one is delisted. */
const TEST_META = {
  universe: [
    { name: 'BTC', szDecimals: 5, maxLeverage: 40, marginTableId: 56 },
    { name: 'ETH', szDecimals: 4, maxLeverage: 25, marginTableId: 55 },
    { name: 'MATIC', szDecimals: 1, maxLeverage: 20, marginTableId: 20, isDelisted: true },
  ],
  marginTables: [],
  collateralToken: 0,
}

/**
 * A loopback server that answers what a test tells it to, over real sockets. The faithful venue is the simulator; this one is for answers that no
 * venue should give.
 */
export class ScriptedVenue implements AsyncDisposable {
  readonly url: string
  readonly #server: ReturnType<typeof createServer>
  readonly #sockets: WebSocketServer
  /** Requests so far, in order. */
  readonly requests: { readonly path: string; readonly body: JsonObject }[] = []
  /** Frames of the clients so far, in order. */
  readonly frames: { readonly socket: WebSocket; readonly message: JsonObject }[] = []
  readonly connections: WebSocket[] = []
  /** Answers by the type of the info request. */
  readonly info = new Map<string, (body: JsonObject) => Reply>()
  exchange: (body: JsonObject) => Reply | Promise<Reply> = () => ({ status: 500, text: 'not scripted' })
  /** What a frame of a client is answered with; default: acknowledgements and pongs. */
  onFrame: (socket: WebSocket, message: JsonObject) => void = acknowledge

  private constructor(server: ReturnType<typeof createServer>) {
    this.#server = server
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    this.info.set('meta', () => ({ json: TEST_META }))
    this.info.set('userRole', () => ({ json: { role: 'user' } }))
    server.on('request', (request, response) => this.#answer(request, response))
    this.#sockets = new WebSocketServer({ server, path: '/ws', perMessageDeflate: false })
    this.#sockets.on('connection', (socket) => {
      this.connections.push(socket)
      socket.on('message', (data) => {
        const message = JSON.parse((data as Buffer).toString('utf8')) as JsonObject
        this.frames.push({ socket, message })
        this.onFrame(socket, message)
      })
    })
  }

  static async start(): Promise<ScriptedVenue> {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return new ScriptedVenue(server)
  }

  /** Sends a message to every connected client. */
  broadcast(message: unknown): void {
    const text = typeof message === 'string' ? message : JSON.stringify(message)
    for (const socket of this.#sockets.clients) if (socket.readyState === WebSocket.OPEN) socket.send(text)
  }

  /** Coins for which a `subscribe` arrived on a connection, in order. */
  subscribed(connection = this.connections.length - 1): string[] {
    return this.frames
      .filter(({ socket, message }) => socket === this.connections[connection] && message.method === 'subscribe')
      .map(({ message }) => (message.subscription as { coin?: string }).coin ?? '')
      .filter((coin) => coin !== '')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate()
    this.#server.closeAllConnections()
    await new Promise<void>((resolve) => this.#server.close(() => resolve()))
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(parts).toString('utf8')) as JsonObject
      const path = request.url ?? ''
      this.requests.push({ path, body })
      const info = this.info.get(String(body.type))
      const reply = path === '/exchange' ? this.exchange(body) : info?.(body)
      const unknown: Reply = { status: 422, text: 'Failed to deserialize the JSON body into the target type' }
      void Promise.resolve(reply ?? unknown).then((ready) => send(response, ready))
    })
  }
}

/** The default behaviour of a socket. */
export function acknowledge(socket: WebSocket, message: JsonObject): void {
  if (message.method === 'ping') socket.send(JSON.stringify({ channel: 'pong' }))
  else socket.send(JSON.stringify({ channel: 'subscriptionResponse', data: message }))
}

function send(response: ServerResponse, reply: Reply): void {
  if (reply === 'hang') return
  if (reply === 'reset') {
    response.socket?.resetAndDestroy()
  } else if ('json' in reply) {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(reply.json))
  } else {
    response.writeHead(reply.status, reply.headers).end(reply.text)
  }
}
