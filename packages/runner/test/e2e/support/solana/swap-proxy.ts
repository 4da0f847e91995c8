import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** A request that the proxy lies in wait for. */
export interface RequestTrap {
  /** A JSON-RPC method, or the end of a path. */
  readonly what: string
  /** How many of them pass before. */
  readonly skip: number
  /** It has arrived. `false`: it is lost here, and the connection with it. */
  readonly onArrival?: () => Promise<boolean>
  /** It was answered. `false`: the answer is lost. */
  readonly onAnswer?: () => Promise<boolean>
  /** The answer has been passed on. */
  readonly onAnswered?: () => void
}

/** Stands between a runner and everything that a simulated Solana answers by HTTP, and can hold one request up. */
export class SwapProxy implements AsyncDisposable {
  readonly #target: string
  readonly #server = createServer((request, response) => {
    this.#pass(request, response).catch(() => response.destroy())
  })
  #trap: RequestTrap | null = null
  #passed = 0
  /** Transactions that were given to a node, base64, in the order in which they arrived here. */
  readonly broadcasts: string[] = []

  private constructor(target: string) {
    this.#target = target
  }

  /** @param target base address of the simulator. */
  static async start(target: string): Promise<SwapProxy> {
    const proxy = new SwapProxy(target)
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve))
    return proxy
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Lies in wait; `null` lets everything pass. */
  set trap(trap: RequestTrap | null) {
    this.#trap = trap
    this.#passed = 0
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise<void>((resolve) => this.#server.close(() => resolve()))
  }

  async #pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '/'
    const body = await text(request)
    const wire = /"sendTransaction","params":\["([A-Za-z0-9+/=]+)"/.exec(body)?.[1]
    if (wire !== undefined) this.broadcasts.push(wire)
    const trap = this.#sprungBy(path, body)
    if (trap?.onArrival && !(await trap.onArrival())) {
      response.destroy()
      return
    }
    const answer = await fetch(`${this.#target}${path}`, {
      method: request.method ?? 'GET',
      headers: { 'content-type': 'application/json' },
      ...(request.method === 'POST' ? { body } : {}),
    })
    const said = await answer.text()
    if (trap?.onAnswer && !(await trap.onAnswer())) {
      response.destroy()
      return
    }
    const headers: Record<string, string> = {}
    for (const [name, value] of answer.headers) if (PASSED_ON.test(name)) headers[name] = value
    response.writeHead(answer.status, headers)
    response.end(said, () => trap?.onAnswered?.())
  }

  #sprungBy(path: string, body: string): RequestTrap | null {
    const trap = this.#trap
    if (trap === null) return null
    const [route = ''] = path.split('?')
    if (!route.endsWith(trap.what) && !body.includes(`"method":"${trap.what}"`)) return null
    if (this.#passed++ < trap.skip) return null
    this.#trap = null
    return trap
  }
}

const PASSED_ON = /^(content-type|retry-after|x-ratelimit-.*)$/
