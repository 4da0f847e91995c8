import type { Clock, Logger, RateBudget } from '@portolan/core'
import { VenueError } from '@portolan/core'
import type { z } from 'zod'
import type { HttpClient, HttpReply } from '../../http/http-client.ts'
import { parseExactJson } from './exact-json.ts'

export interface ApiReaderParts {
  readonly http: HttpClient
  readonly clock: Clock
  readonly logger: Logger
  readonly budget: RateBudget
  /** Base address without a trailing slash. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly timeoutMs: number
}

/** After a 429 without `Retry-After`, ms. */
const PAUSE_MS = 10_000
const LONGEST_PAUSE_MS = 300_000
const ATTEMPTS_WHEN_LIMITED = 3
/** Longer than any answer to what is asked here, characters. */
const LONGEST_ANSWER = 8_000_000

/** Reads a public service within its budget and checks every answer. */
export class ApiReader {
  readonly #parts: ApiReaderParts

  constructor(parts: ApiReaderParts) {
    this.#parts = parts
  }

  get budget(): RateBudget {
    return this.#parts.budget
  }

  /**
   * Asked again only when the service asks to slow down. Numbers reach the schema as the text that was sent.
   * @param path with its query, from the base address.
   * @throws {VenueError} `rate-limited`, `refused`, `not-authorised`, `unavailable`, `timeout` or `malformed-answer`.
   */
  async get<Schema extends z.ZodType>(path: string, schema: Schema, signal: AbortSignal): Promise<z.output<Schema>> {
    const { http, budget, url, headers, timeoutMs } = this.#parts
    const what = `${new URL(url).host} ${path.split('?', 1)[0]}`
    for (let attempt = 1; ; attempt += 1) {
      await budget.take(1, 'normal', signal)
      const reply = await http.send({ url: `${url}${path}`, headers, timeoutMs, signal })
      if (reply.status !== 429) return check(what, reply, schema)
      this.#slowDown(reply)
      if (attempt >= ATTEMPTS_WHEN_LIMITED) throw new VenueError('rate-limited', `${what}: asks to slow down`)
    }
  }

  #slowDown({ retryAfterMs }: HttpReply): void {
    const { budget, clock, logger, url } = this.#parts
    const pauseMs = Math.min(retryAfterMs ?? PAUSE_MS, LONGEST_PAUSE_MS)
    budget.pauseUntil(clock.now() + pauseMs)
    logger.warn('a data service asks to slow down', { host: new URL(url).host, pauseMs })
  }
}

function check<Schema extends z.ZodType>(what: string, { status, text }: HttpReply, schema: Schema): z.output<Schema> {
  if (status === 401 || status === 403) throw new VenueError('not-authorised', `${what}: HTTP ${status}`)
  if (status >= 500) throw new VenueError('unavailable', `${what}: HTTP ${status}`)
  if (status !== 200) throw new VenueError('refused', `${what}: HTTP ${status}`)
  if (text.length > LONGEST_ANSWER) throw new VenueError('malformed-answer', `${what}: ${text.length} characters`)
  const read = schema.safeParse(parse(what, text))
  if (read.success) return read.data
  const [issue] = read.error.issues
  const path = issue?.path.map(String).join('.') || '(the whole answer)'
  throw new VenueError('malformed-answer', `${what}: field ${path}: ${issue?.message ?? 'not as expected'}`)
}

function parse(what: string, text: string): unknown {
  try {
    return parseExactJson(text)
  } catch {
    throw new VenueError('malformed-answer', `${what}: not JSON`)
  }
}
