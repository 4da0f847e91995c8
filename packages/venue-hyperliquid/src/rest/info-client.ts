import type { Clock, Logger, RateBudget } from '@portolan/core'
import { VenueError } from '@portolan/core'
import type { z } from 'zod'
import { decode } from './decode.ts'
import type { HttpClient, HttpReply } from './http-client.ts'
import type { InfoType } from './request-weight.ts'
import { infoWeight, itemsWeight } from './request-weight.ts'

/** A question to `/info`. */
export interface InfoRequest {
  readonly type: InfoType
  readonly [key: string]: unknown
}

export interface InfoCall {
  readonly signal: AbortSignal
  /** Default `normal`. */
  readonly priority?: 'exit' | 'normal'
}

/** After a 429 without `Retry-After`, ms of pause: the venue says neither how long nor in which form (unverified). */
const PAUSE_MS = 10_000
/** Weight is counted by the minute. Whatever an answer asks for, exits are not kept waiting for longer. */
const LONGEST_PAUSE_MS = 60_000
const ATTEMPTS_WHEN_LIMITED = 3

/** Asks `/info` within the rate budget and checks every answer. */
export class InfoClient {
  readonly #http: HttpClient
  readonly #budget: RateBudget
  readonly #clock: Clock
  readonly #logger: Logger

  constructor(http: HttpClient, budget: RateBudget, clock: Clock, logger: Logger) {
    this.#http = http
    this.#budget = budget
    this.#clock = clock
    this.#logger = logger
  }

  /**
   * Reads are repeated only when the venue asks to slow down, since they have no effect.
   * @throws {VenueError} `rate-limited`, `refused`, `unavailable`, `timeout` or `malformed-answer`. Never an empty answer for a failure.
   */
  async ask<Schema extends z.ZodType>(request: InfoRequest, schema: Schema, call: InfoCall): Promise<z.output<Schema>> {
    const { type } = request
    for (let attempt = 1; ; attempt += 1) {
      await this.#budget.take(infoWeight(type), call.priority ?? 'normal', call.signal)
      const reply = await this.#http.post('/info', JSON.stringify(request), call.signal)
      if (reply.status === 429) {
        this.slowDown(reply)
        if (attempt < ATTEMPTS_WHEN_LIMITED) continue
        throw new VenueError('rate-limited', `info ${type}: the venue asks to slow down`)
      }
      const answer = readJson(type, reply)
      this.#settle(type, answer, call.signal)
      return decode(schema, answer, `info ${type}`)
    }
  }

  /** Grants nothing until the pause that a 429 asks for has passed. */
  slowDown(reply: HttpReply): void {
    const pauseMs = Math.min(reply.retryAfterMs ?? PAUSE_MS, LONGEST_PAUSE_MS)
    this.#budget.pauseUntil(this.#clock.now() + pauseMs)
    this.#logger.warn('the venue asks to slow down', { pauseMs })
  }

  /** What the size of the answer cost is only known now: the next requests wait for it, this one does not. */
  #settle(type: InfoType, answer: unknown, signal: AbortSignal): void {
    const weight = Array.isArray(answer) ? itemsWeight(type, answer.length) : 0
    if (weight > 0) this.#budget.take(weight, 'exit', signal).catch(() => undefined)
  }
}

function readJson(type: InfoType, { status, text }: HttpReply): unknown {
  const said = text.slice(0, 200)
  if (status >= 500) throw new VenueError('unavailable', `info ${type}: HTTP ${status}: ${said}`)
  if (status !== 200) throw new VenueError('refused', `info ${type}: HTTP ${status}: ${said}`)
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new VenueError('malformed-answer', `info ${type}: not JSON: ${said}`, { cause })
  }
}
