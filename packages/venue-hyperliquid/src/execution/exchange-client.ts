import type { RateBudget } from '@portolan/core'
import { z } from 'zod'
import type { HttpClient, HttpReply } from '../rest/http-client.ts'
import { EXCHANGE_WEIGHT } from '../rest/request-weight.ts'
import type { AddressAllowance } from './address-allowance.ts'

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

export interface ExchangeClientParts {
  readonly http: HttpClient
  /** Weight of requests. */
  readonly budget: RateBudget
  readonly allowance: AddressAllowance
  /** The venue asks to slow down. */
  readonly slowDown: (reply: HttpReply) => void
  /** The venue refused an action as a whole. */
  readonly onRefused: (message: string) => void
}

/** Sends signed actions: each exactly once, and none waits for another's answer. */
export class ExchangeClient {
  readonly #parts: ExchangeClientParts

  constructor(parts: ExchangeClientParts) {
    this.#parts = parts
  }

  /**
   * Waits for its turn in the rate budgets.
   * @param kind a cancel has an allowance of its own at the venue.
   * @throws when there is none before the signal is aborted: nothing was sent.
   */
  async turn(kind: 'cancel' | 'other', priority: 'exit' | 'normal', signal: AbortSignal): Promise<void> {
    const { budget, allowance } = this.#parts
    if (kind === 'other') await allowance.turn(signal)
    await budget.take(EXCHANGE_WEIGHT, priority, signal)
  }

  /** Never throws: a request that failed on its way may have arrived. */
  async send(body: string, signal: AbortSignal): Promise<ExchangeAnswer> {
    const { http, allowance, slowDown, onRefused } = this.#parts
    let reply: HttpReply
    allowance.spent()
    try {
      reply = await http.post('/exchange', body, signal)
    } catch (error) {
      return { kind: 'unclear', message: error instanceof Error ? error.message : String(error) }
    }
    // Probably refused at the edge, but that is not documented, and the action's expiry will tell.
    if (reply.status === 429) slowDown(reply)
    const answer = readAnswer(reply)
    if (answer.kind === 'refused') {
      allowance.refused(answer.message)
      onRefused(answer.message)
    }
    return answer
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
