import type { RateBudget } from '@portolan/core'
import { z } from 'zod'
import type { HttpClient, HttpReply } from '../rest/http-client.ts'
import { EXCHANGE_WEIGHT } from '../rest/request-weight.ts'

/** What `/exchange` said. `unclear` is everything that is not a clear answer: the action may have taken effect. */
export type ExchangeAnswer =
  | { readonly kind: 'ok'; readonly response: unknown }
  /** The action was refused as a whole. */
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'unclear'; readonly message: string }

const answerShape = z.union([
  z.object({ status: z.literal('ok'), response: z.unknown() }),
  z.object({ status: z.literal('err'), response: z.string() }),
])

/** Sends signed actions: each exactly once. */
export class ExchangeClient {
  readonly #http: HttpClient
  readonly #budget: RateBudget
  readonly #slowDown: (reply: HttpReply) => void

  constructor(http: HttpClient, budget: RateBudget, slowDown: (reply: HttpReply) => void) {
    this.#http = http
    this.#budget = budget
    this.#slowDown = slowDown
  }

  /** Waits for its turn in the rate budget. @throws when there is none before the signal is aborted: nothing was sent. */
  async turn(priority: 'exit' | 'normal', signal: AbortSignal): Promise<void> {
    await this.#budget.take(EXCHANGE_WEIGHT, priority, signal)
  }

  /** Never throws: a request that failed on its way may have arrived. */
  async send(body: string, signal: AbortSignal): Promise<ExchangeAnswer> {
    let reply: HttpReply
    try {
      reply = await this.#http.post('/exchange', body, signal)
    } catch (error) {
      return { kind: 'unclear', message: error instanceof Error ? error.message : String(error) }
    }
    // Probably refused at the edge, but that is not documented, and the action's expiry will tell.
    if (reply.status === 429) this.#slowDown(reply)
    return readAnswer(reply)
  }
}

/** Judges a reply of `/exchange`. */
export function readAnswer({ status, text }: HttpReply): ExchangeAnswer {
  const said = text.slice(0, 300)
  if (status === 422 && text.startsWith('Failed to deserialize')) return { kind: 'refused', message: said }
  if (status !== 200) return { kind: 'unclear', message: `HTTP ${status}: ${said}` }
  try {
    const answer = answerShape.parse(JSON.parse(text))
    if (answer.status === 'err') return { kind: 'refused', message: answer.response }
    return { kind: 'ok', response: answer.response }
  } catch {
    return { kind: 'unclear', message: `an answer that cannot be read: ${said}` }
  }
}
