import type { AnswerFault } from '../faults/fault.ts'
import type { AnswerTarget, FaultPlan } from '../faults/fault-plan.ts'
import type { ServiceLimits } from './limits.ts'
import { tooMany } from './limits.ts'
import type { Outcome, Reply, Request } from './reply.ts'
import { json, text } from './reply.ts'

const SLOW_MS = 5_000

/** Something that answers requests of one service. */
export interface Service {
  readonly target: AnswerTarget
  /** Names what is asked for, for faults: the RPC method or the path. */
  name(request: Request): string
  /** The RPC node that is asked. */
  node?(request: Request): number
  answer(request: Request): Promise<Reply> | Reply
}

export interface GatewayParts {
  readonly faults: FaultPlan
  readonly limits: ServiceLimits
  readonly now: () => number
  readonly sleep: (ms: number) => Promise<void>
}

/** Puts rate limits and faults before a service. */
export class Gateway {
  readonly #parts: GatewayParts
  #count = 0

  constructor(parts: GatewayParts) {
    this.#parts = parts
  }

  async answer(service: Service, request: Request): Promise<Outcome> {
    const { limits, faults, now } = this.#parts
    const counted = limits.count(service.target, request, now())
    if (counted.refused !== undefined) return this.#stamped(service, counted.refused, counted.headers)
    const node = service.node?.(request)
    const fault = faults.forAnswer({
      target: service.target,
      method: service.name(request),
      ...(node === undefined ? {} : { node }),
    })
    if (fault !== undefined) return await this.#faulty(fault, service, request)
    return this.#stamped(service, await service.answer(request), counted.headers)
  }

  async #faulty(fault: AnswerFault, service: Service, request: Request): Promise<Outcome> {
    switch (fault.kind) {
      case 'lost-request':
        return 'broken'
      case 'rate-limited':
        return tooMany(service.target, fault.retryAfter ?? 1)
      case 'status-500':
        return service.target === 'rpc'
          ? text(500, 'Internal Server Error')
          : json({ error: 'Internal server error' }, 500)
      case 'lost-reply':
        await service.answer(request)
        return 'broken'
      case 'slow-answer': {
        const reply = await service.answer(request)
        await this.#parts.sleep(fault.ms ?? SLOW_MS)
        return reply
      }
      case 'corrupted-json': {
        const reply = await service.answer(request)
        return { ...reply, body: reply.body.slice(0, Math.ceil(reply.body.length / 2)) }
      }
    }
  }

  #stamped(service: Service, reply: Reply, headers: Readonly<Record<string, string>>): Reply {
    if (service.target !== 'jupiter') return reply
    this.#count++
    // Limits are told of with 200 and 429 alone.
    const told = reply.status === 200 || reply.status === 429 ? headers : {}
    return { ...reply, headers: { ...reply.headers, ...told, 'x-api-gateway-request-id': `simulated-${this.#count}` } }
  }
}
