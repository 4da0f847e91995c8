import type { Clock, Logger } from '@portolan/core'
import { VenueError } from '@portolan/core'
import type { z } from 'zod'
import type { RpcCall, RpcEndpoint } from './rpc-endpoint.ts'
import { isEndpointFault } from './rpc-error.ts'

/** A question to the chain. */
export interface RpcQuestion<Schema extends z.ZodType> {
  readonly method: string
  readonly params: readonly unknown[]
  readonly shape: Schema
}

/** What one endpoint said. */
export type EndpointAnswer<T> =
  | { readonly endpoint: RpcEndpoint; readonly ok: true; readonly value: T }
  | { readonly endpoint: RpcEndpoint; readonly ok: false; readonly error: unknown }

const ROUNDS = 2
const ROUND_PAUSE_MS = 500

/** Several endpoints as one: the healthiest answers, the next one when it fails. */
export class RpcPool {
  readonly #endpoints: readonly RpcEndpoint[]
  readonly #clock: Clock
  readonly #logger: Logger

  constructor(endpoints: readonly RpcEndpoint[], clock: Clock, logger: Logger) {
    this.#endpoints = endpoints
    this.#clock = clock
    this.#logger = logger
  }

  /** Those that answer questions, the healthiest first, otherwise as configured. */
  get readers(): readonly RpcEndpoint[] {
    const now = this.#clock.now()
    return this.#endpoints.filter((endpoint) => !endpoint.sendOnly).toSorted((a, b) => a.rank(now) - b.rank(now))
  }

  /** All that take transactions. */
  get senders(): readonly RpcEndpoint[] {
    return this.#endpoints
  }

  /**
   * Asks one after the other until one can tell, and once more after a moment: reads have no effect.
   * @throws {VenueError} what the last one said, when none could; a clear refusal at once.
   */
  async ask<Schema extends z.ZodType>(question: RpcQuestion<Schema>, call: RpcCall): Promise<z.output<Schema>> {
    let last: unknown = new VenueError('unavailable', 'no RPC endpoint answers questions')
    for (let round = 1; round <= ROUNDS; round += 1) {
      if (round > 1) await this.#clock.sleep(ROUND_PAUSE_MS, call.signal)
      for (const endpoint of this.readers) {
        try {
          return await askOne(endpoint, question, call)
        } catch (error) {
          call.signal.throwIfAborted()
          if (!isEndpointFault(error)) throw error
          last = error
          this.#logger.debug('an RPC endpoint could not tell', { host: endpoint.host, method: question.method, error })
        }
      }
    }
    throw last
  }

  /** Asks every one at the same time. Throws only when the caller gave up. */
  async askAll<Schema extends z.ZodType>(
    question: RpcQuestion<Schema>,
    call: RpcCall,
  ): Promise<readonly EndpointAnswer<z.output<Schema>>[]> {
    const answers = await Promise.all(this.readers.map((endpoint) => answerOf(endpoint, question, call)))
    call.signal.throwIfAborted()
    return answers
  }
}

/** Asks one endpoint and checks its answer. @throws {VenueError} */
export async function askOne<Schema extends z.ZodType>(
  endpoint: RpcEndpoint,
  { method, params, shape }: RpcQuestion<Schema>,
  call: RpcCall,
): Promise<z.output<Schema>> {
  const result = await endpoint.call(method, params, call)
  const read = shape.safeParse(result)
  if (read.success) return read.data
  endpoint.distrust()
  const [issue] = read.error.issues
  const where = issue === undefined ? '' : `: ${issue.path.join('.')}: ${issue.message}`
  throw new VenueError('malformed-answer', `${method} at ${endpoint.host}${where}`)
}

async function answerOf<Schema extends z.ZodType>(
  endpoint: RpcEndpoint,
  question: RpcQuestion<Schema>,
  call: RpcCall,
): Promise<EndpointAnswer<z.output<Schema>>> {
  try {
    return { endpoint, ok: true, value: await askOne(endpoint, question, call) }
  } catch (error) {
    return { endpoint, ok: false, error }
  }
}
