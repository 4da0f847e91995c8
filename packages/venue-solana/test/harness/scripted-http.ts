import type { Logger } from '@portolan/core'
import { HttpClient } from '../../src/http/http-client.ts'
import { ManualClock } from '../market-data/harness/manual-clock.ts'
import { CountingBudget } from '../market-data/harness/market-context.ts'

/** What a scripted server does: answers, never answers, or breaks. */
export type Reply = Response | 'hang' | 'broken'

/** Loopback in a function: requests as they left, replies as a test scripts them, and everything that was logged. */
export class ScriptedHttp {
  readonly clock = new ManualClock()
  readonly requests: { readonly url: string; readonly body: string; readonly headers: Headers }[] = []
  readonly lines: string[] = []
  readonly http: HttpClient
  readonly logger: Logger
  answer: (url: string, body: string) => Reply = () => 'broken'

  constructor() {
    const log = (message: string, fields?: Readonly<Record<string, unknown>>) => {
      const shown = JSON.stringify(fields, (_key, value: unknown) =>
        value instanceof Error ? `${value.message} ${String(value.cause)} ${value.stack ?? ''}` : value,
      )
      this.lines.push(`${message} ${shown ?? ''}`)
    }
    this.logger = { debug: log, info: log, warn: log, error: log }
    this.http = new HttpClient(
      ((input: string, init: RequestInit) => this.#fetch(input, init)) as typeof fetch,
      this.clock,
    )
  }

  budget(capacity = 1_000): CountingBudget {
    return new CountingBudget({ name: 'test', capacity, windowMs: 60_000, reserve: 0 }, this.clock)
  }

  /** Lets time pass until a promise is settled. */
  async run<T>(promise: Promise<T>): Promise<T> {
    let done = false
    const settled = promise.finally(() => {
      done = true
    })
    settled.catch(() => undefined)
    for (let steps = 0; steps < 5_000 && !done; steps += 1) {
      await new Promise<void>((resolve) => setImmediate(resolve))
      if (!done) this.clock.advance(100)
    }
    return settled
  }

  #fetch(url: string, init: RequestInit): Promise<Response> {
    const body = typeof init.body === 'string' ? init.body : ''
    this.requests.push({ url, body, headers: new Headers(init.headers) })
    const reply = this.answer(url, body)
    if (reply instanceof Response) return Promise.resolve(reply)
    const { promise, reject } = Promise.withResolvers<Response>()
    if (reply === 'broken') reject(new TypeError('fetch failed', { cause: new Error(`cannot reach ${url}`) }))
    else init.signal?.addEventListener('abort', () => reject(init.signal?.reason as Error))
    return promise
  }
}

/** A JSON-RPC result. */
export const result = (value: unknown): Response => Response.json({ jsonrpc: '2.0', id: 1, result: value })
/** A JSON-RPC error. */
export const rpcError = (code: number, message: string, data?: unknown): Response =>
  Response.json({ jsonrpc: '2.0', id: 1, error: { code, message, data } })
