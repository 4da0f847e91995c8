import type { Clock, Logger, RateBudget } from '@portolan/core'
import { VenueError } from '@portolan/core'
import type { z } from 'zod'
import type { HttpClient, HttpReply } from '../http/http-client.ts'
import { parseJson } from '../http/parse-json.ts'
import type { JupiterOptions } from './jupiter-options.ts'
import { refusalOf } from './jupiter-refusal.ts'

export interface JupiterClientParts {
  readonly http: HttpClient
  readonly options: JupiterOptions
  /** Requests but those to `/execute`. */
  readonly budget: RateBudget
  /** Requests to `/execute`, which Jupiter counts apart. */
  readonly executeBudget: RateBudget
  readonly clock: Clock
  readonly logger: Logger
  readonly timeoutMs: number
}

export interface JupiterCall {
  readonly signal: AbortSignal
  /** Default `normal`. */
  readonly priority?: 'exit' | 'normal'
}

/** Parameters of a question. `undefined` is left out. */
export type JupiterQuery = Readonly<Record<string, string | undefined>>

const PAUSE_MS = 10_000
const LONGEST_PAUSE_MS = 120_000

/** Asks Jupiter's HTTP API within its budget, and checks every answer. Never repeats a request. */
export class JupiterClient {
  readonly #parts: JupiterClientParts

  constructor(parts: JupiterClientParts) {
    this.#parts = parts
  }

  /**
   * @param path under the base address, e.g. `/swap/v2/build`.
   * @throws {VenueError} `rate-limited`, `not-authorised`, `refused` (with Jupiter's words), `unavailable`, `timeout` or `malformed-answer`.
   */
  async get<Schema extends z.ZodType>(
    path: string,
    query: JupiterQuery,
    shape: Schema,
    call: JupiterCall,
  ): Promise<z.output<Schema>> {
    const { budget, options } = this.#parts
    const asked = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined)
    const url = `${options.url}${path}?${new URLSearchParams(asked).toString()}`
    await this.#turn(budget, call)
    return decode(path, shape, await this.#send(url, undefined, budget, call, path))
  }

  /** Posts JSON to `/swap/v2/execute`. Errors as {@link get}; after one, whether the transaction was taken is unknown. */
  async execute<Schema extends z.ZodType>(body: object, shape: Schema, call: JupiterCall): Promise<z.output<Schema>> {
    const { executeBudget, options } = this.#parts
    const path = '/swap/v2/execute'
    await this.#turn(executeBudget, call)
    const reply = await this.#send(`${options.url}${path}`, JSON.stringify(body), executeBudget, call, path)
    return decode(path, shape, reply)
  }

  async #turn(budget: RateBudget, { signal, priority = 'normal' }: JupiterCall): Promise<void> {
    const { clock, timeoutMs } = this.#parts
    if (budget.tryTake(1, priority)) return
    const late = new AbortController()
    using _timer = clock.after(timeoutMs, () => late.abort())
    try {
      await budget.take(1, priority, AbortSignal.any([signal, late.signal]))
    } catch (cause) {
      signal.throwIfAborted()
      throw new VenueError('rate-limited', `Jupiter: no request was free within ${timeoutMs} ms`, { cause })
    }
  }

  async #send(
    url: string,
    body: string | undefined,
    budget: RateBudget,
    { signal }: JupiterCall,
    path: string,
  ): Promise<unknown> {
    const { http, options, timeoutMs } = this.#parts
    const reply = await http.send({
      url,
      ...(body === undefined ? {} : { body }),
      headers: options.apiKey === undefined ? {} : { 'x-api-key': options.apiKey },
      timeoutMs,
      signal,
    })
    this.#heed(reply, budget)
    return readReply(path, reply)
  }

  /** What the answer says of the budget: a 429, or that nothing is left of the window. */
  #heed({ status, headers, retryAfterMs }: HttpReply, budget: RateBudget): void {
    const { clock, logger } = this.#parts
    const remaining = Number(headers.get('x-ratelimit-remaining') ?? Number.NaN)
    if (status !== 429 && !(remaining <= 0)) return
    const reset = Number(headers.get('x-ratelimit-reset') ?? Number.NaN) * 1000 - clock.now()
    const asked =
      retryAfterMs ?? (Number.isFinite(reset) && reset > 0 ? reset : null) ?? (status === 429 ? PAUSE_MS : 0)
    const pauseMs = Math.min(asked, LONGEST_PAUSE_MS)
    if (pauseMs <= 0) return
    budget.pauseUntil(clock.now() + pauseMs)
    if (status === 429) logger.warn('Jupiter asks to slow down', { pauseMs })
  }
}

function readReply(path: string, { status, text }: HttpReply): unknown {
  const said = text.slice(0, 200)
  if (status === 429) throw new VenueError('rate-limited', `Jupiter ${path}: ${said}`)
  if (status === 401)
    throw new VenueError('not-authorised', `Jupiter ${path}: the API key (jupiter.apiKey) is not valid`)
  if (status === 403) throw new VenueError('not-authorised', `Jupiter ${path}: ${said}`)
  if (status >= 500) throw new VenueError('unavailable', `Jupiter ${path}: HTTP ${status}: ${said}`)
  let answer: unknown
  try {
    answer = parseJson(text)
  } catch {
    throw new VenueError('malformed-answer', `Jupiter ${path}: not JSON: ${said}`)
  }
  if (status !== 200) throw refusalOf(path, status, answer)
  return answer
}

function decode<Schema extends z.ZodType>(path: string, shape: Schema, answer: unknown): z.output<Schema> {
  const read = shape.safeParse(answer)
  if (read.success) return read.data
  const [issue] = read.error.issues
  const where = issue === undefined ? '' : `: ${issue.path.join('.')}: ${issue.message}`
  throw new VenueError('malformed-answer', `Jupiter ${path}${where}`)
}
