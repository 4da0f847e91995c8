import type { Clock, Logger, RateBudget } from '@portolan/core'
import { VenueError } from '@portolan/core'
import { z } from 'zod'
import type { HttpClient, HttpReply } from '../http/http-client.ts'
import { parseJson } from '../http/parse-json.ts'
import { RpcError } from './rpc-error.ts'
import type { RpcEndpointOptions } from './rpc-options.ts'

export interface RpcCall {
  readonly signal: AbortSignal
  /** Default `normal`. */
  readonly priority?: 'exit' | 'normal'
}

export interface RpcEndpointParts {
  readonly options: RpcEndpointOptions
  readonly http: HttpClient
  readonly budget: RateBudget
  readonly clock: Clock
  readonly logger: Logger
  readonly timeoutMs: number
}

/** After a 429 without `Retry-After`, ms of pause. */
const PAUSE_MS = 5_000
/** No server is believed to ask for more, ms. */
const LONGEST_PAUSE_MS = 120_000
/** An endpoint that failed is asked last for so long, ms; twice as long after each further failure. */
const RECOVERY_MS = 2_000
const LONGEST_RECOVERY_MS = 60_000

const envelope = z.union([
  z.object({ error: z.object({ code: z.number(), message: z.string(), data: z.unknown().optional() }) }),
  z.object({ result: z.unknown() }),
])

/** One JSON-RPC endpoint with its budget and its health. */
export class RpcEndpoint {
  readonly #parts: RpcEndpointParts
  /** How it is called in logs: the host alone. */
  readonly host: string
  #failures = 0
  #pausedUntil = 0
  #suspectUntil = 0
  #nextId = 1

  constructor(parts: RpcEndpointParts) {
    this.#parts = parts
    this.host = new URL(parts.options.url).host
  }

  get sendOnly(): boolean {
    return this.#parts.options.sendOnly
  }

  /** Whether it answered when it was last asked. */
  isUp(now: number): boolean {
    return now >= this.#pausedUntil && now >= this.#suspectUntil
  }

  /** Lower is better: 0 healthy, 1 failed lately, 2 asked us to wait, or its budget is used up but for exits. */
  rank(now: number): number {
    if (now < this.#pausedUntil || this.#parts.budget.available('normal') < 1) return 2
    return now < this.#suspectUntil ? 1 : 0
  }

  /**
   * Asks once.
   * @returns the result, unchecked.
   * @throws {RpcError} for a JSON-RPC error.
   * @throws {VenueError} `rate-limited`, `not-authorised`, `refused`, `unavailable`, `timeout` or `malformed-answer`.
   */
  async call(method: string, params: readonly unknown[], call: RpcCall): Promise<unknown> {
    const { options, http, budget, clock, timeoutMs } = this.#parts
    await this.#turn(call)
    try {
      const id = this.#nextId++
      const reply = await http.send({
        url: options.url,
        body: JSON.stringify({ jsonrpc: '2.0', id, method, params }),
        headers: options.headers,
        timeoutMs,
        signal: call.signal,
      })
      if (reply.status === 429) this.#slowDown(reply, budget, clock)
      const result = readReply(this.host, method, reply)
      this.#failures = 0
      this.#suspectUntil = 0
      return result
    } catch (error) {
      if (!call.signal.aborted) this.#note(error)
      throw error
    }
  }

  /** Its answer cannot be used: another one is asked first for a while. */
  distrust(): void {
    this.#failures += 1
    const waitMs = Math.min(RECOVERY_MS * 2 ** (this.#failures - 1), LONGEST_RECOVERY_MS)
    this.#suspectUntil = this.#parts.clock.now() + waitMs
  }

  /** An exit does not wait longer than a request may take: another endpoint is asked then. */
  async #turn(call: RpcCall): Promise<void> {
    const { budget, clock, timeoutMs } = this.#parts
    const priority = call.priority ?? 'normal'
    if (budget.tryTake(1, priority)) return
    const late = new AbortController()
    using _timer = clock.after(timeoutMs, () => late.abort())
    try {
      await budget.take(1, priority, AbortSignal.any([call.signal, late.signal]))
    } catch (cause) {
      call.signal.throwIfAborted()
      throw new VenueError('rate-limited', `${this.host}: no request was free within ${timeoutMs} ms`, { cause })
    }
  }

  #slowDown(reply: HttpReply, budget: RateBudget, clock: Clock): void {
    const pauseMs = Math.min(reply.retryAfterMs ?? PAUSE_MS, LONGEST_PAUSE_MS)
    this.#pausedUntil = clock.now() + pauseMs
    budget.pauseUntil(this.#pausedUntil)
    this.#parts.logger.warn('an RPC endpoint asks to slow down', { host: this.host, pauseMs })
  }

  #note(error: unknown): void {
    // A clear answer that happens to be an error says nothing about the endpoint.
    if (error instanceof RpcError && error.code === 'refused') return
    this.distrust()
  }
}

function readReply(host: string, method: string, { status, text }: HttpReply): unknown {
  const where = `${method} at ${host}`
  if (status === 429) throw new VenueError('rate-limited', `${where}: the endpoint asks to slow down`)
  if (status === 401 || status === 403) throw new VenueError('not-authorised', `${where}: HTTP ${status}`)
  const answer = readEnvelope(text)
  if (answer === null) {
    if (status >= 500) throw new VenueError('unavailable', `${where}: HTTP ${status}`)
    if (status !== 200) throw new VenueError('refused', `${where}: HTTP ${status}`)
    throw new VenueError('malformed-answer', `${where}: an answer that is no JSON-RPC`)
  }
  if ('error' in answer) {
    const { code, message, data } = answer.error
    throw new RpcError(host, method, code, message, data)
  }
  return answer.result
}

function readEnvelope(text: string): z.output<typeof envelope> | null {
  try {
    return envelope.parse(parseJson(text))
  } catch {
    return null
  }
}
