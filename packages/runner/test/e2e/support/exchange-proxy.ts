import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** An order as it was posted. */
export interface PostedOrder {
  readonly cloid: string
  readonly nonce: number
}

/** What is to happen to the next order that is posted. */
export interface OrderTrap {
  /** It has arrived. `false`: it is lost here, and the connection with it. */
  readonly onArrival?: (order: PostedOrder) => Promise<boolean>
  /** The venue has answered. `false`: the answer is lost. */
  readonly onAnswer?: (order: PostedOrder) => Promise<boolean>
  /** The answer has been passed on. */
  readonly onAnswered?: (order: PostedOrder) => void
  /** After the order the fills of the account are asked for. `false`: nobody hears the answer. */
  readonly onFillsAsked?: () => Promise<boolean>
}

/** Stands between a runner and a simulator's REST, counts the orders that pass, and can hold one of them up. */
export class ExchangeProxy implements AsyncDisposable {
  readonly posted: PostedOrder[] = []
  readonly #target: string
  readonly #server = createServer((request, response) => {
    this.#pass(request, response).catch(() => response.destroy())
  })
  #trap: OrderTrap | null = null
  #fillsTrap: OrderTrap['onFillsAsked'] | null = null

  private constructor(target: string) {
    this.#target = target
  }

  /** @param target base address of the simulator. */
  static async start(target: string): Promise<ExchangeProxy> {
    const proxy = new ExchangeProxy(target)
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve))
    return proxy
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Lies in wait for the next order; `null` lets it pass. */
  set trap(trap: OrderTrap | null) {
    this.#trap = trap
    this.#fillsTrap = null
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise<void>((resolve) => this.#server.close(() => resolve()))
  }

  async #pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '/'
    const body = await text(request)
    const order = path === '/exchange' ? orderIn(body) : null
    let trap: OrderTrap | null = null
    if (path === '/info' && body.includes('"userFillsByTime"') && this.#fillsTrap) {
      const asked = this.#fillsTrap
      this.#fillsTrap = null
      if (!(await asked())) {
        response.destroy()
        return
      }
    }
    if (order !== null) {
      this.posted.push(order)
      trap = this.#trap
      this.#trap = null
      if (trap?.onArrival && !(await trap.onArrival(order))) {
        response.destroy()
        return
      }
    }
    const answer = await fetch(`${this.#target}${path}`, {
      method: request.method ?? 'GET',
      headers: { 'content-type': 'application/json' },
      ...(request.method === 'POST' ? { body } : {}),
    })
    const said = await answer.text()
    if (order !== null && trap?.onAnswer && !(await trap.onAnswer(order))) {
      response.destroy()
      return
    }
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'application/json' })
    if (trap?.onFillsAsked) this.#fillsTrap = trap.onFillsAsked
    response.end(said, () => {
      if (order !== null) trap?.onAnswered?.(order)
    })
  }
}

function orderIn(body: string): PostedOrder | null {
  const { nonce, action } = JSON.parse(body) as {
    readonly nonce: number
    readonly action: { readonly type: string; readonly orders?: readonly { readonly c?: string }[] }
  }
  const cloid = action.type === 'order' ? action.orders?.[0]?.c : undefined
  return cloid === undefined ? null : { cloid, nonce }
}
