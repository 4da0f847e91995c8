import type { AnswerTarget } from '../faults/fault-plan.ts'
import type { Reply, Request } from './reply.ts'
import { json, text } from './reply.ts'
import { WindowLimit } from './window-limit.ts'

const MINUTE = 60_000

/** The rate limits of the three services, by who asks. Sources: Jupiter's and GeckoTerminal's documentation; RPC as a small provider's. */
export class ServiceLimits {
  readonly #isOn: boolean
  readonly #rpc = new WindowLimit(1_000, 10_000)
  readonly #keyless = new WindowLimit(30, MINUTE)
  readonly #keyed = new WindowLimit(600, MINUTE)
  readonly #execute = new WindowLimit(1_200, MINUTE)
  readonly #gecko = new WindowLimit(30, MINUTE)

  constructor(isOn: boolean) {
    this.#isOn = isOn
  }

  /** Headers for the answer, or the refusal. */
  count(target: AnswerTarget, request: Request, now: number): { headers: Record<string, string>; refused?: Reply } {
    if (!this.#isOn) return { headers: {} }
    const key = request.headers.get('x-api-key')
    const limit = this.#limitFor(target, request, key)
    const { granted, left, resetAt } = limit.take(`${request.peer}/${key ?? ''}`, now)
    const waitSeconds = Math.max(1, Math.ceil((resetAt - now) / 1000))
    if (target === 'jupiter') {
      const headers = {
        'x-ratelimit-current': String(limit.capacity - left),
        'x-ratelimit-remaining': String(granted ? left : left - 1),
        'x-ratelimit-reset': String(Math.ceil(resetAt / 1000)),
      }
      return granted ? { headers } : { headers, refused: text(429, '[API Gateway] Too many requests', headers) }
    }
    return granted ? { headers: {} } : { headers: {}, refused: tooMany(target, waitSeconds) }
  }

  #limitFor(target: AnswerTarget, { url }: Request, key: string | undefined): WindowLimit {
    if (target === 'rpc') return this.#rpc
    if (target === 'gecko') return this.#gecko
    if (url.pathname.endsWith('/execute')) return this.#execute
    return key === undefined ? this.#keyless : this.#keyed
  }
}

/** HTTP 429 as the services give it. */
export function tooMany(target: AnswerTarget, retryAfterSeconds: number): Reply {
  const headers = { 'retry-after': String(retryAfterSeconds) }
  switch (target) {
    case 'rpc': {
      const error = { code: 429, message: 'Too many requests for a specific RPC call' }
      return json({ jsonrpc: '2.0', error, id: null }, 429, headers)
    }
    case 'jupiter':
      return text(429, '[API Gateway] Too many requests', headers)
    case 'gecko':
      return json({ status: { error_code: 429, error_message: "You've exceeded the Rate Limit." } }, 429, headers)
  }
}
