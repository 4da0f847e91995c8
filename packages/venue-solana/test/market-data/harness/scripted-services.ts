import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocket, WebSocketServer } from 'ws'
import type { ChainAccount } from '../../../src/instruments/account-reader.ts'

/** What a request is answered with: JSON text or an object, an HTTP status, silence, or a broken connection. */
export type Reply =
  | { readonly json: unknown }
  | { readonly text: string; readonly status?: number; readonly headers?: Record<string, string> }
  | 'hang'
  | 'reset'

interface Subscription {
  readonly socket: WebSocket
  readonly address: string
}

/**
 * A loopback stand-in for a node, Jupiter and GeckoTerminal that answers what a test tells it to, over real sockets. The faithful one is the simulator; this one is
 * for answers that none should give.
 */
export class ScriptedServices implements AsyncDisposable {
  readonly url: string
  readonly #server: ReturnType<typeof createServer>
  readonly #sockets: WebSocketServer
  readonly #subscriptions = new Map<number, Subscription>()
  #nextSubscription = 100
  /** Paths asked for so far, with their query. */
  readonly requests: string[] = []
  readonly connections: WebSocket[] = []
  /** The slot that the node answers with. */
  slot = 1_000
  readonly accounts = new Map<string, ChainAccount>()
  rpc: (() => Reply) | null = null
  prices: (mints: readonly string[]) => Reply = () => ({ json: {} })
  tokens: (mints: readonly string[]) => Reply = () => ({ json: [] })
  gecko: (path: string, query: URLSearchParams) => Reply = () => ({ text: '', status: 404 })
  /** While `false`, subscriptions and slots are left unanswered. */
  alive = true
  /** Whether the node knows `slotSubscribe`. */
  slots = true

  private constructor(server: ReturnType<typeof createServer>) {
    this.#server = server
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    server.on('request', (request, response) => this.#answer(request, response))
    this.#sockets = new WebSocketServer({ server, perMessageDeflate: false })
    this.#sockets.on('connection', (socket) => {
      this.connections.push(socket)
      socket.on('message', (data) => this.#onFrame(socket, (data as Buffer).toString('utf8')))
    })
  }

  static async start(): Promise<ScriptedServices> {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return new ScriptedServices(server)
  }

  /** Accounts that are watched at present. */
  get watched(): readonly string[] {
    return [...this.#subscriptions.values()].map(({ address }) => address).sort()
  }

  /** Announces the next slot, or one of the past. */
  announceSlot(slot = this.slot + 1): void {
    this.slot = Math.max(this.slot, slot)
    this.broadcast({
      method: 'slotNotification',
      params: { result: { slot, parent: slot - 1, root: 0 }, subscription: 1 },
    })
  }

  /** Tells whoever watches the account what it is at a slot. */
  notify(address: string, slot: number, account = this.accounts.get(address)): void {
    const value = account && { ...rawAccount(account), space: account.data.length }
    this.notifyRaw(address, { context: { slot }, value })
  }

  notifyRaw(address: string, result: unknown): void {
    for (const [subscription, { socket, address: watched }] of this.#subscriptions) {
      if (watched !== address) continue
      send(socket, { method: 'accountNotification', params: { result, subscription } })
    }
  }

  broadcast(message: object | string): void {
    for (const socket of this.#sockets.clients) send(socket, message)
  }

  /** Ends all connections without a word. */
  cut(): void {
    for (const socket of this.#sockets.clients) socket.terminate()
    this.#subscriptions.clear()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut()
    this.#server.closeAllConnections()
    await new Promise<void>((resolve) => this.#server.close(() => resolve()))
  }

  #onFrame(socket: WebSocket, text: string): void {
    if (!this.alive) return
    const { id, method, params } = JSON.parse(text) as { id: number; method: string; params: [string & number] }
    if (method === 'slotSubscribe' && !this.slots) {
      send(socket, { id, error: { code: -32_601, message: 'Method not found' } })
    } else if (method === 'slotSubscribe') {
      send(socket, { id, result: 1 })
      this.announceSlot()
    } else if (method === 'accountSubscribe') {
      const subscription = this.#nextSubscription++
      this.#subscriptions.set(subscription, { socket, address: params[0] })
      send(socket, { id, result: subscription })
    } else if (method === 'accountUnsubscribe') {
      send(socket, { id, result: this.#subscriptions.delete(params[0]) })
    }
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const path = request.url ?? ''
      this.requests.push(path)
      answer(response, this.#reply(path, Buffer.concat(parts).toString('utf8')))
    })
  }

  #reply(path: string, body: string): Reply {
    const { pathname, searchParams } = new URL(path, this.url)
    if (body !== '') return this.rpc?.() ?? this.#accountsAt(body)
    if (pathname === '/price/v3') return this.prices((searchParams.get('ids') ?? '').split(','))
    if (pathname === '/tokens/v2/search') return this.tokens((searchParams.get('query') ?? '').split(','))
    return this.gecko(pathname, searchParams)
  }

  #accountsAt(body: string): Reply {
    const { id, params } = JSON.parse(body) as { id: number; params: [string[]] }
    const value = params[0].map((address) => {
      const account = this.accounts.get(address)
      return account === undefined ? null : { ...rawAccount(account), lamports: 1 }
    })
    return { json: { jsonrpc: '2.0', id, result: { context: { slot: this.slot }, value } } }
  }
}

function rawAccount({ owner, data }: ChainAccount) {
  return { owner, data: [Buffer.from(data).toString('base64'), 'base64'], executable: false, rentEpoch: 0 }
}

function send(socket: WebSocket, message: object | string): void {
  if (socket.readyState !== WebSocket.OPEN) return
  socket.send(typeof message === 'string' ? message : JSON.stringify({ jsonrpc: '2.0', ...message }))
}

function answer(response: ServerResponse, reply: Reply): void {
  if (reply === 'hang') return
  if (reply === 'reset') response.socket?.resetAndDestroy()
  else if ('json' in reply) response.writeHead(200).end(JSON.stringify(reply.json))
  else response.writeHead(reply.status ?? 200, reply.headers).end(reply.text)
}
