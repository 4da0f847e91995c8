import { Random, seedOf } from '../market/random.ts'
import type { AskedRequest } from './asked-request.ts'
import type { AnswerFault, FrameFault } from './fault.ts'
import { isAnswerFault, isFrameFault } from './fault.ts'

interface Waiting {
  readonly fault: AnswerFault | FrameFault
  readonly random: Random
  /** The last connection that was open when it was added. */
  readonly lastSocket: number
  skip: number
  left: number
}

/** A frame about to be sent. */
export interface AskedFrame {
  readonly channel: string
  /** Neither an acknowledgement nor an answer. */
  readonly isData: boolean
  coins(): readonly string[]
  /** Running number of its connection. */
  readonly socket: number
}

/** The faults that wait to strike. Each strikes the next requests or frames it fits, so many times. */
export class FaultPlan {
  readonly #seed: string
  #added = 0
  #waiting: Waiting[] = []
  #lastSocket = 0

  constructor(seed: string) {
    this.#seed = seed
  }

  add(fault: AnswerFault | FrameFault): void {
    this.#added += 1
    const lasting = fault.kind === 'stalled-socket' || fault.probability !== undefined
    this.#waiting.push({
      fault,
      // Every fault draws from a sequence of its own, so that one more does not change the others.
      random: new Random(seedOf(this.#seed, 'fault', this.#added)),
      lastSocket: this.#lastSocket,
      skip: fault.skip ?? 0,
      left: fault.times ?? (lasting ? Number.POSITIVE_INFINITY : 1),
    })
  }

  clear(): void {
    this.#waiting = []
  }

  list(): (AnswerFault | FrameFault)[] {
    return this.#waiting.map(({ fault }) => fault)
  }

  /** The running number of a new connection. */
  nextSocket(): number {
    this.#lastSocket += 1
    return this.#lastSocket
  }

  /** The fault that strikes this request, used up by it. */
  forAnswer(asked: AskedRequest): AnswerFault | undefined {
    return this.#strike((entry): AnswerFault | undefined => {
      const { fault } = entry
      if (!isAnswerFault(fault)) return undefined
      const fits =
        (fault.path ?? asked.path) === asked.path &&
        (fault.type ?? asked.type) === asked.type &&
        (fault.coin === undefined || asked.coins.includes(fault.coin)) &&
        (fault.cloid === undefined || asked.cloids.includes(fault.cloid.toLowerCase())) &&
        (fault.oid === undefined || asked.oids.includes(fault.oid))
      return fits ? fault : undefined
    })
  }

  /** The fault that strikes this frame, used up by it. */
  forFrame(frame: AskedFrame): FrameFault | undefined {
    if (this.#waiting.length === 0) return undefined
    return this.#strike(({ fault, lastSocket }): FrameFault | undefined => {
      if (!isFrameFault(fault)) return undefined
      const fits =
        (fault.channel === undefined
          ? frame.isData || fault.kind !== 'stalled-socket'
          : fault.channel === frame.channel) &&
        (fault.coin === undefined || frame.coins().includes(fault.coin)) &&
        (fault.scope !== 'connected' || frame.socket <= lastSocket)
      return fits ? fault : undefined
    })
  }

  #strike<F>(fits: (entry: Waiting) => F | undefined): F | undefined {
    for (const entry of this.#waiting) {
      const fault = fits(entry)
      if (fault === undefined) continue
      if (entry.skip > 0) {
        entry.skip -= 1
        continue
      }
      const { probability } = entry.fault
      if (probability !== undefined && entry.random.next() >= probability) continue
      entry.left -= 1
      if (entry.left <= 0) this.#waiting = this.#waiting.filter((other) => other !== entry)
      return fault
    }
    return undefined
  }
}
