import { once } from 'node:events'
import { WebSocket } from 'ws'
import type { Loose, TestChain } from './start-test-chain.ts'

/** A plain WebSocket client that keeps what it is sent. */
export class TestSocket implements AsyncDisposable {
  readonly frames: string[] = []
  readonly socket: WebSocket
  #id = 0

  private constructor(socket: WebSocket) {
    this.socket = socket
    socket.on('message', (data: Buffer) => this.frames.push(data.toString('utf8')))
    socket.on('error', () => undefined)
  }

  static async open(chain: TestChain, path = '/'): Promise<TestSocket> {
    const socket = new WebSocket(chain.wsUrl + path)
    const opened = new TestSocket(socket)
    await once(socket, 'open')
    return opened
  }

  /** Sends a request and waits for its answer. */
  async request(method: string, ...params: unknown[]): Promise<Loose> {
    this.#id++
    const id = this.#id
    this.socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }))
    return await this.until(() => this.parsed.find((frame) => frame.id === id))
  }

  /** What was told of a subscription so far. */
  told(subscription: number): Loose[] {
    return this.parsed.filter(({ params }) => params?.subscription === subscription).map(({ params }) => params.result)
  }

  get parsed(): Loose[] {
    return this.frames.flatMap((frame) => {
      try {
        return [JSON.parse(frame) as Loose]
      } catch {
        return []
      }
    })
  }

  /** Waits for frames until there is something to find. */
  async until<Found>(find: () => Found | undefined): Promise<Found> {
    for (;;) {
      const found = find()
      if (found !== undefined) return found
      await once(this.socket, 'message')
    }
  }

  /** Waits until everything that was sent before has arrived. */
  async settled(): Promise<void> {
    this.socket.ping()
    await once(this.socket, 'pong')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.socket.readyState === WebSocket.CLOSED) return
    const closed = once(this.socket, 'close')
    this.socket.terminate()
    await closed
  }
}
