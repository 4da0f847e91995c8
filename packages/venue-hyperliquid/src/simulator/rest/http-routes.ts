import { DeserializeError } from '../exchange/codec.ts'
import { parseEnvelope } from '../exchange/envelope.ts'
import { batchSize } from '../exchange/exchange-endpoint.ts'
import type { AskedRequest, VenuePath } from '../faults/asked-request.ts'
import { askedRequest } from '../faults/asked-request.ts'
import { corrupted, halfOf } from '../faults/damage.ts'
import type { AnswerFault } from '../faults/fault.ts'
import type { FaultPlan } from '../faults/fault-plan.ts'
import { ServerFailure } from '../info/info-context.ts'
import { answerWeight, exchangeWeight, infoWeight } from '../info/info-weight.ts'
import type { Kernel } from '../kernel.ts'
import type { MinuteBudget } from '../limits.ts'
import type { Timers } from '../timers.ts'
import { pause } from '../timers.ts'
import type { Outcome, Reply } from './reply.ts'
import { BAD_GATEWAY, json, NOT_DESERIALIZABLE, SERVER_FAILURE, TOO_MANY_REQUESTS } from './reply.ts'

export interface VenueRoutesParts {
  readonly kernel: Kernel
  readonly faults: FaultPlan
  /** REST weight per peer. */
  readonly weights: MinuteBudget
  readonly timers: Timers
}

/** Answers `/info` and `/exchange`, faults and rate limits included. Shared by HTTP and the posts of the sockets. */
export class VenueRoutes {
  readonly #parts: VenueRoutesParts

  constructor(parts: VenueRoutesParts) {
    this.#parts = parts
  }

  /** `body` is parsed JSON of any shape. */
  async answer(path: VenuePath, body: unknown, peer: string): Promise<Outcome> {
    const { faults, kernel } = this.#parts
    const asked = askedRequest(path, body, kernel.core.market)
    const fault = faults.forAnswer(asked)
    if (fault === undefined) return { kind: 'reply', reply: await this.#carryOut(asked, body, peer) }
    const failure = failureOf(fault)
    if (fault.kind === 'lost-request') return { kind: 'lost' }
    if (failure !== undefined && fault.accepted !== true) return { kind: 'reply', reply: failure }
    const reply = await this.#carryOut(asked, body, peer)
    const ms = fault.ms ?? 1000
    if (fault.kind === 'lost-answer') return { kind: 'lost' }
    if (fault.kind === 'no-answer') return { kind: 'mute' }
    if (fault.kind === 'delayed-answer' || fault.kind === 'fills-before-ack') await this.pause(ms)
    if (fault.kind === 'slow-answer') return { kind: 'slow', reply, ms }
    return { kind: 'reply', reply: failure ?? damaged(reply, fault) }
  }

  /** Lets a while pass. */
  pause(ms: number): Promise<void> {
    return pause(this.#parts.timers, ms)
  }

  async #carryOut(asked: AskedRequest, body: unknown, peer: string): Promise<Reply> {
    try {
      return asked.path === '/info' ? this.#info(body, asked.type, peer) : await this.#exchange(body, peer)
    } catch (error) {
      if (error instanceof DeserializeError) return NOT_DESERIALIZABLE
      if (error instanceof ServerFailure) return SERVER_FAILURE
      throw error
    }
  }

  #info(body: unknown, type: unknown, peer: string): Reply {
    const { kernel, weights } = this.#parts
    if (!weights.tryTake(peer, infoWeight(type), kernel.clock.now())) return TOO_MANY_REQUESTS
    const answer = kernel.info(body)
    weights.charge(peer, answerWeight(type, answer), kernel.core.now)
    return json(answer)
  }

  async #exchange(body: unknown, peer: string): Promise<Reply> {
    const { kernel, weights } = this.#parts
    const envelope = parseEnvelope(body)
    const weight = exchangeWeight(batchSize(envelope.action.normalised))
    if (!weights.tryTake(peer, weight, kernel.clock.now())) return TOO_MANY_REQUESTS
    return json(await kernel.exchange(envelope))
  }
}

function failureOf(fault: AnswerFault): Reply | undefined {
  if (fault.kind === 'status-500') return SERVER_FAILURE
  if (fault.kind === 'bad-gateway') return BAD_GATEWAY
  return fault.kind === 'rate-limited' ? TOO_MANY_REQUESTS : undefined
}

function damaged(reply: Reply, fault: AnswerFault): Reply {
  if (fault.kind === 'truncated-json') return { ...reply, body: halfOf(reply.body) }
  return fault.kind === 'corrupt-json' ? { ...reply, body: corrupted(reply.body) } : reply
}
