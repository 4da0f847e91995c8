import type { Clock } from '@portolan/core'
import { VenueError } from '@portolan/core'

/** Whatever came back, of any status. */
export interface HttpReply {
  readonly status: number
  readonly text: string
  readonly headers: Headers
  /** What a `Retry-After` asked for, ms; `null` without one. */
  readonly retryAfterMs: number | null
}

export interface HttpRequest {
  readonly url: string
  /** JSON text for a POST; absent for a GET. */
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/**
 * One request over the runner's `fetch`, never repeated. Messages name the host alone: paths, queries and headers may carry keys.
 */
export class HttpClient {
  readonly #fetch: typeof globalThis.fetch
  readonly #clock: Clock

  constructor(fetch: typeof globalThis.fetch, clock: Clock) {
    this.#fetch = fetch
    this.#clock = clock
  }

  /**
   * @throws {VenueError} `timeout` or `unavailable` when there is no complete reply: whether the request took effect is then unknown.
   * @throws the signal's reason when the caller gave up.
   */
  async send(request: HttpRequest): Promise<HttpReply> {
    const { url, body, timeoutMs, signal } = request
    const { host } = new URL(url)
    signal.throwIfAborted()
    const timeout = new AbortController()
    using _timer = this.#clock.after(timeoutMs, () => timeout.abort())
    try {
      const response = await this.#fetch(url, {
        method: body === undefined ? 'GET' : 'POST',
        headers: {
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...request.headers,
        },
        ...(body === undefined ? {} : { body }),
        // A redirect could carry a signed transaction or a key to another place than the one that was configured.
        redirect: 'error',
        signal: AbortSignal.any([signal, timeout.signal]),
      })
      const { status, headers } = response
      return { status, headers, text: await response.text(), retryAfterMs: retryAfter(headers, this.#clock.now()) }
    } catch (error) {
      signal.throwIfAborted()
      if (timeout.signal.aborted) throw new VenueError('timeout', `${host} did not answer within ${timeoutMs} ms`)
      // The cause is not kept: what fetch throws may quote the address.
      throw new VenueError('unavailable', `${host} cannot be reached: ${reasonOf(error)}`)
    }
  }
}

/** Seconds or a date. */
function retryAfter(headers: Headers, now: number): number | null {
  const text = headers.get('retry-after')?.trim() ?? ''
  if (text === '') return null
  const seconds = Number(text)
  if (Number.isFinite(seconds)) return seconds >= 0 ? seconds * 1000 : null
  const date = Date.parse(text)
  return Number.isNaN(date) ? null : Math.max(0, date - now)
}

// Node's fetch says "fetch failed" and hides what happened in the cause, of which only the code is free of addresses.
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'no reason given'
  const { cause } = error
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') return cause.code
  return error.name === 'TypeError' ? 'the connection failed' : error.name
}
