import { z } from 'zod'

const ms = z.number().nonnegative()

/** How often and when a fault strikes. */
const STRIKES = {
  /** How often it strikes. Default: 1; without end for `stalled-socket` and for whatever has a probability. */
  times: z.int().positive().optional(),
  /** So many requests or frames that it fits are spared first. Default: 0. */
  skip: z.int().nonnegative().optional(),
  /** Strikes each that it fits with this probability, drawn from the simulator's seed. Default: 1. */
  probability: z.number().min(0).max(1).optional(),
}

const answerFault = z.strictObject({
  /**
   * Instead of carrying the request out (or, with `accepted`, after it): `status-500`, `bad-gateway` (502 with HTML), `rate-limited` (429).
   * Before: `lost-request` (the connection ends, nothing was done). After: `lost-answer` (it ends, all was done), `no-answer` (it stays
   * open and mute), `delayed-answer` (`ms` later), `fills-before-ack` (order updates and fills first, the answer `ms` later),
   * `slow-answer` (its bytes dribble over `ms`), `truncated-json` (cut in half), `corrupt-json` (one character changed).
   */
  kind: z.enum([
    'lost-request',
    'lost-answer',
    'no-answer',
    'delayed-answer',
    'fills-before-ack',
    'slow-answer',
    'status-500',
    'bad-gateway',
    'rate-limited',
    'truncated-json',
    'corrupt-json',
  ]),
  ...STRIKES,
  /** Only on this path; posts on the socket count as the path they stand for. Default: both. */
  path: z.enum(['/info', '/exchange']).optional(),
  /** Only for this query or action type. Default: every one. */
  type: z.string().optional(),
  /** Only for requests that name this coin (orders name it by its id). */
  coin: z.string().optional(),
  /** Only for requests that name this client order id. */
  cloid: z.string().optional(),
  /** Only for requests that name this order id. */
  oid: z.int().optional(),
  /** Wall ms of the kinds that take time. Default: 1000. */
  ms: ms.optional(),
  /** Whether a failing status is answered after the request was carried out. Default: false. */
  accepted: z.boolean().optional(),
})

const frameFault = z.strictObject({
  /**
   * `duplicate-frame`: sent twice. `reorder-frames`: sent after the next one. `delayed-frame`: sent `ms` later. `lost-frame`: not sent.
   * `half-frame`: cut in half. `corrupt-frame`: one character changed. `stalled-socket`: data is swallowed while pings, subscriptions and
   * posts are still answered.
   * `drop-socket`: the connection ends instead, without a close frame.
   */
  kind: z.enum([
    'duplicate-frame',
    'reorder-frames',
    'delayed-frame',
    'lost-frame',
    'half-frame',
    'corrupt-frame',
    'stalled-socket',
    'drop-socket',
  ]),
  ...STRIKES,
  /** Only frames of this channel. Default: every one but pongs. */
  channel: z.string().optional(),
  /** Only frames about this coin. */
  coin: z.string().optional(),
  /** Only sockets that are open when the fault is added: a new connection is sound. Default: every socket. */
  scope: z.enum(['connected', 'all']).optional(),
  /** Wall ms of `delayed-frame`. Default: 1000. */
  ms: ms.optional(),
})

const venueFault = z.discriminatedUnion('kind', [
  /** Ends every socket now, without a close frame. */
  z.strictObject({ kind: z.literal('drop-sockets') }),
  /** Ends every socket now in good order: code 1000, `Expired`. */
  z.strictObject({ kind: z.literal('expire-sockets') }),
  /** Nobody listens for so many wall ms: connections are refused, open ones end. */
  z.strictObject({ kind: z.literal('refuse-connections'), ms }),
  /** Takes a coin off the market. */
  z.strictObject({ kind: z.literal('delist'), coin: z.string() }),
  /** Moves the venue's clock against everybody else's; back means that it stands still until it is caught up with. */
  z.strictObject({ kind: z.literal('clock-skew'), ms: z.number() }),
])

const fault = z.union([answerFault, frameFault, venueFault])

/** What can go wrong with an answer to a request. */
export type AnswerFault = z.infer<typeof answerFault>
/** What can go wrong with frames on the sockets. */
export type FrameFault = z.infer<typeof frameFault>
/** What happens to the venue as a whole, the moment it is added. */
export type VenueFault = z.infer<typeof venueFault>
export type Fault = z.infer<typeof fault>

/** Faults of an option or a control request. */
export const faultList = z.array(fault).min(1)

export function isAnswerFault(candidate: Fault): candidate is AnswerFault {
  return (answerFault.shape.kind.options as readonly string[]).includes(candidate.kind)
}

export function isFrameFault(candidate: Fault): candidate is FrameFault {
  return (frameFault.shape.kind.options as readonly string[]).includes(candidate.kind)
}
