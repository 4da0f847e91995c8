import type { Clock } from '@portolan/core'
import { VenueError } from '@portolan/core'

/** Whatever came back, of any status. */
export interface HttpReply {
  readonly status: number
  readonly text: string
  /** What a `Retry-After` in seconds asked for, ms; `null` without one. */
  readonly retryAfterMs: number | null
}

export interface HttpClientParts {
  readonly fetch: typeof globalThis.fetch
  readonly clock: Clock
  /** Base address without a trailing slash. */
  readonly url: string
  readonly timeoutMs: number
}

/** Posts JSON and returns any complete reply; judging it is the caller's matter. Never sends twice. */
export class HttpClient {
  readonly #parts: HttpClientParts

  constructor(parts: HttpClientParts) {
    this.#parts = parts
  }

  /**
   * @param body JSON text, sent byte for byte.
   * @throws {VenueError} `timeout` or `unavailable` when there is no complete reply: whether the request took effect is then unknown.
   * @throws the signal's reason when the caller gave up.
   */
  async post(path: '/info' | '/exchange', body: string, signal: AbortSignal): Promise<HttpReply> {
    const { fetch, clock, url, timeoutMs } = this.#parts
    signal.throwIfAborted()
    const timeout = new AbortController()
    using _timer = clock.after(timeoutMs, () => timeout.abort())
    try {
      const response = await fetch(`${url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
        // A redirect could carry a signed order to another place than the one that was configured.
        redirect: 'error',
        signal: AbortSignal.any([signal, timeout.signal]),
      })
      return { status: response.status, text: await response.text(), retryAfterMs: retryAfter(response.headers) }
    } catch (cause) {
      signal.throwIfAborted()
      if (timeout.signal.aborted) {
        throw new VenueError('timeout', `${url}${path} did not answer within ${timeoutMs} ms`, { cause })
      }
      throw new VenueError('unavailable', `${url}${path} cannot be reached: ${reasonOf(cause)}`, { cause })
    }
  }
}

function retryAfter(headers: Headers): number | null {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN)
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : null
}

// Node's fetch says "fetch failed" and hides what happened in the cause.
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? error.cause.message || error.message : error.message
}
