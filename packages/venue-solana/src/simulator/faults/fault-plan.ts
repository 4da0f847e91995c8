import { Sequence, seedOf } from '../market/noise.ts'
import type { AnswerFault, Fault, FaultKind, FaultRates, FrameFault, LandingFault, RouteFault } from './fault.ts'

export type AnswerTarget = 'rpc' | 'jupiter' | 'gecko'

/** What is about to be answered. */
export interface AnswerPlace {
  readonly target: AnswerTarget
  /** RPC method or path. */
  readonly method: string
  readonly node?: number
}

const ANSWER_KINDS = [
  'lost-reply',
  'lost-request',
  'rate-limited',
  'status-500',
  'slow-answer',
  'corrupted-json',
] as const
const LANDING_KINDS = ['late-landing', 'dropped', 'expires'] as const
const FRAME_KINDS = ['duplicate-notification', 'lost-notification', 'corrupted-notification'] as const

/** Which faults strike next: those that wait for their occasion, and those that come at a rate. */
export class FaultPlan {
  #waiting: { readonly fault: Fault; left: number }[] = []
  readonly #rates: FaultRates
  readonly #chance: Sequence

  constructor(rates: FaultRates, seed: string) {
    this.#rates = rates
    this.#chance = new Sequence(seedOf(seed, 'faults'))
  }

  add(fault: Fault): void {
    this.#waiting.push({ fault, left: fault.times })
  }

  clear(): void {
    this.#waiting = []
  }

  list(): Fault[] {
    return this.#waiting.map(({ fault, left }) => ({ ...fault, times: left }))
  }

  forAnswer(place: AnswerPlace): AnswerFault | undefined {
    const fits = (fault: Fault): fault is AnswerFault =>
      isAnswer(fault) &&
      (fault.target === undefined || fault.target === place.target) &&
      (fault.method === undefined || place.method.includes(fault.method)) &&
      (fault.node === undefined || fault.node === place.node)
    return this.#take(fits) ?? this.#draw(ANSWER_KINDS, (kind) => ({ kind, times: 1 }))
  }

  forLanding(): LandingFault | undefined {
    return this.#take(isLanding) ?? this.#draw(LANDING_KINDS, (kind) => ({ kind, times: 1 }))
  }

  forFrame(method: string): FrameFault | undefined {
    const fits = (fault: Fault): fault is FrameFault =>
      isFrame(fault) && (fault.method === undefined || fault.method === method)
    return this.#take(fits) ?? this.#draw(FRAME_KINDS, (kind) => ({ kind, times: 1 }))
  }

  /** Whether this fault of the loopback Jupiter strikes now. */
  strikes(kind: RouteFault['kind']): boolean {
    const fits = (fault: Fault): fault is RouteFault => fault.kind === kind
    return (this.#take(fits) ?? this.#draw([kind], (drawn) => ({ kind: drawn, times: 1 }))) !== undefined
  }

  /** Slots until an ordinary transaction lands: one to three. */
  ordinaryDelay(): number {
    return 1 + Math.floor(this.#chance.next() * 3)
  }

  #take<Kind extends Fault>(fits: (fault: Fault) => fault is Kind): Kind | undefined {
    for (const entry of this.#waiting) {
      if (!fits(entry.fault)) continue
      entry.left--
      if (entry.left === 0) this.#waiting = this.#waiting.filter((other) => other !== entry)
      return entry.fault
    }
    return undefined
  }

  #draw<Kind extends FaultKind, Drawn>(kinds: readonly Kind[], make: (kind: Kind) => Drawn): Drawn | undefined {
    for (const kind of kinds) {
      const rate = this.#rates[kind] ?? 0
      if (rate > 0 && this.#chance.next() < rate) return make(kind)
    }
    return undefined
  }
}

function isAnswer(fault: Fault): fault is AnswerFault {
  return ANSWER_KINDS.some((kind) => kind === fault.kind)
}

function isLanding(fault: Fault): fault is LandingFault {
  return LANDING_KINDS.some((kind) => kind === fault.kind)
}

function isFrame(fault: Fault): fault is FrameFault {
  return FRAME_KINDS.some((kind) => kind === fault.kind)
}
