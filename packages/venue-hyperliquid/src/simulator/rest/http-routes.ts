import { setTimeout as delay } from 'node:timers/promises'
import { DeserializeError, isObject } from '../exchange/codec.ts'
import { parseEnvelope } from '../exchange/envelope.ts'
import { batchSize } from '../exchange/exchange-endpoint.ts'
import type { AnswerFault, FaultPlan } from '../faults.ts'
import { ServerFailure } from '../info/info-context.ts'
import { answerWeight, exchangeWeight, infoWeight } from '../info/info-weight.ts'
import type { Kernel } from '../kernel.ts'
import type { MinuteBudget } from '../limits.ts'
import type { Reply } from './reply.ts'
import { BAD_GATEWAY, json, NOT_DESERIALIZABLE, SERVER_FAILURE, TOO_MANY_REQUESTS } from './reply.ts'

export type VenuePath = '/info' | '/exchange'

/** How the answer to one request is to be given: written, written in half, or not at all. */
export type Outcome =
  | { readonly kind: 'reply' | 'half'; readonly reply: Reply }
  | { readonly kind: 'lost'; readonly reply?: undefined }

/** Answers `/info` and `/exchange`, faults and rate limits included. Shared by HTTP and the posts of the sockets. */
export class VenueRoutes {
  readonly #kernel: Kernel
  readonly #faults: FaultPlan
  readonly #weights: MinuteBudget

  constructor(kernel: Kernel, faults: FaultPlan, weights: MinuteBudget) {
    this.#kernel = kernel
    this.#faults = faults
    this.#weights = weights
  }

  /** `body` is parsed JSON of any shape. */
  async answer(path: VenuePath, body: unknown, peer: string): Promise<Outcome> {
    const type = requestType(path, body)
    const fault = this.#faults.forAnswer(path, type)
    if (fault === undefined) return { kind: 'reply', reply: await this.#carryOut(path, body, type, peer) }
    const failure = failureOf(fault)
    if (failure !== undefined && fault.accepted !== true) return { kind: 'reply', reply: failure }
    const reply = await this.#carryOut(path, body, type, peer)
    if (fault.kind === 'lost-answer') return { kind: 'lost' }
    if (fault.kind === 'delayed-answer') await delay(fault.ms ?? 1000)
    return { kind: fault.kind === 'truncated-json' ? 'half' : 'reply', reply: failure ?? reply }
  }

  async #carryOut(path: VenuePath, body: unknown, type: unknown, peer: string): Promise<Reply> {
    try {
      return path === '/info' ? this.#info(body, type, peer) : await this.#exchange(body, peer)
    } catch (error) {
      if (error instanceof DeserializeError) return NOT_DESERIALIZABLE
      if (error instanceof ServerFailure) return SERVER_FAILURE
      throw error
    }
  }

  #info(body: unknown, type: unknown, peer: string): Reply {
    const { core, clock } = this.#kernel
    if (!this.#weights.tryTake(peer, infoWeight(type), clock.now())) return TOO_MANY_REQUESTS
    const answer = this.#kernel.info(body)
    this.#weights.charge(peer, answerWeight(type, answer), core.now)
    return json(answer)
  }

  async #exchange(body: unknown, peer: string): Promise<Reply> {
    const envelope = parseEnvelope(body)
    const weight = exchangeWeight(batchSize(envelope.action.normalised))
    if (!this.#weights.tryTake(peer, weight, this.#kernel.clock.now())) return TOO_MANY_REQUESTS
    return json(await this.#kernel.exchange(envelope))
  }
}

function requestType(path: VenuePath, body: unknown): unknown {
  if (!isObject(body)) return undefined
  if (path === '/info') return body.type
  return isObject(body.action) ? body.action.type : undefined
}

function failureOf(fault: AnswerFault): Reply | undefined {
  switch (fault.kind) {
    case 'status-500':
      return SERVER_FAILURE
    case 'bad-gateway':
      return BAD_GATEWAY
    case 'rate-limited':
      return TOO_MANY_REQUESTS
    case 'lost-answer':
    case 'delayed-answer':
    case 'truncated-json':
      return undefined
  }
}
