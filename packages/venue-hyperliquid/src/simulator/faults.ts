/** What can go wrong with an answer to a request. */
export interface AnswerFault {
  /**
   * `lost-answer`: done, but the connection ends without an answer. `delayed-answer`: done, answered `ms` later. The others answer with
   * that failure *instead* of doing it, or with `accepted` after doing it. `truncated-json`: the right answer, cut in half.
   */
  readonly kind: 'lost-answer' | 'delayed-answer' | 'status-500' | 'bad-gateway' | 'rate-limited' | 'truncated-json'
  /** Only on this path; posts on the socket count as the path they stand for. Default: both. */
  readonly path?: '/info' | '/exchange'
  /** Only for this query or action type. Default: every one. */
  readonly type?: string
  /** Wall milliseconds of `delayed-answer`. */
  readonly ms?: number
  /** Whether a failing status is answered after the request was carried out. Default: false. */
  readonly accepted?: boolean
  /** How often it strikes. Default: 1. */
  readonly times?: number
}

/** What can go wrong with frames on the sockets. */
export interface FrameFault {
  /**
   * `duplicate-frame`: sent twice. `reorder-frames`: sent after the next one. `half-frame`: cut in half. `stalled-socket`: data is
   * swallowed while pings are still answered, until the fault is cleared.
   */
  readonly kind: 'duplicate-frame' | 'reorder-frames' | 'half-frame' | 'stalled-socket'
  /** Only frames of this channel. Default: every one but pongs. */
  readonly channel?: string
  /** How often it strikes; `stalled-socket` lasts until cleared unless told otherwise. Default: 1. */
  readonly times?: number
}

export type Fault = AnswerFault | FrameFault

const ANSWER_KINDS: readonly string[] = [
  'lost-answer',
  'delayed-answer',
  'status-500',
  'bad-gateway',
  'rate-limited',
  'truncated-json',
]
const FRAME_KINDS: readonly string[] = ['duplicate-frame', 'reorder-frames', 'half-frame', 'stalled-socket']

export function isFault(value: unknown): value is Fault {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return false
  return typeof value.kind === 'string' && [...ANSWER_KINDS, ...FRAME_KINDS].includes(value.kind)
}

/** The faults that wait to strike. Each strikes the next requests or frames it fits, so many times. */
export class FaultPlan {
  #waiting: { readonly fault: Fault; left: number }[] = []

  add(fault: Fault): void {
    const lasting = fault.kind === 'stalled-socket' ? Number.POSITIVE_INFINITY : 1
    this.#waiting.push({ fault, left: fault.times ?? lasting })
  }

  clear(): void {
    this.#waiting = []
  }

  list(): Fault[] {
    return this.#waiting.map(({ fault }) => fault)
  }

  /** The fault that strikes this request, used up by it. */
  forAnswer(path: '/info' | '/exchange', type: unknown): AnswerFault | undefined {
    return this.#strike((fault): fault is AnswerFault => {
      if (!isAnswerFault(fault)) return false
      return (fault.path ?? path) === path && (fault.type ?? type) === type
    })
  }

  /** The fault that strikes this frame, used up by it. */
  forFrame(channel: string): FrameFault | undefined {
    return this.#strike((fault): fault is FrameFault => {
      return !isAnswerFault(fault) && (fault.channel ?? channel) === channel
    })
  }

  #strike<F extends Fault>(fits: (fault: Fault) => fault is F): F | undefined {
    for (const entry of this.#waiting) {
      if (!fits(entry.fault)) continue
      entry.left -= 1
      if (entry.left <= 0) this.#waiting = this.#waiting.filter((other) => other !== entry)
      return entry.fault
    }
    return undefined
  }
}

function isAnswerFault(fault: Fault): fault is AnswerFault {
  return ANSWER_KINDS.includes(fault.kind)
}
