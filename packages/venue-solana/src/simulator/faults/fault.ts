import { z } from 'zod'

const TIMES = z.int().min(1).default(1)

/** A fault of an HTTP answer. `lost-reply` carries the request out first; the others, but for the slow and the corrupted, do not. */
const ANSWER = z.strictObject({
  kind: z.enum(['lost-reply', 'lost-request', 'rate-limited', 'status-500', 'slow-answer', 'corrupted-json']),
  /** Only on this part of the simulator. */
  target: z.enum(['rpc', 'jupiter', 'gecko']).optional(),
  /** Only this RPC method, or paths that contain this. */
  method: z.string().optional(),
  /** Only this RPC node. */
  node: z.int().min(0).optional(),
  times: TIMES,
  /** ms of simulated time by which `slow-answer` is late. Default: 5,000. */
  ms: z.number().nonnegative().optional(),
  /** Seconds in the Retry-After header of `rate-limited`. Default: 1. */
  retryAfter: z.number().nonnegative().optional(),
})

/**
 * A fault of a transaction that an RPC node took: `late-landing` lands `slots` later (default 60, by when it was "not found" for long),
 * `dropped` loses this one broadcast, `expires` makes it never land, however often it is sent.
 */
const LANDING = z.strictObject({
  kind: z.enum(['late-landing', 'dropped', 'expires']),
  slots: z.int().min(1).optional(),
  times: TIMES,
})

/** A fault of a WebSocket notification; `method` such as `accountNotification`. */
const FRAME = z.strictObject({
  kind: z.enum(['duplicate-notification', 'lost-notification', 'corrupted-notification']),
  method: z.string().optional(),
  times: TIMES,
})

/**
 * A fault of the loopback Jupiter: HTTP 200 with `simulationError`, a route that cannot be found, `/execute` that gives up while the
 * transaction lands, or an order of a market maker who pays the fee and signs last, so that its signature is not known before.
 */
const ROUTE = z.strictObject({
  kind: z.enum(['simulation-error', 'no-route', 'execute-timeout', 'maker-order']),
  times: TIMES,
})

export const FAULT_SCHEMA = z.discriminatedUnion('kind', [ANSWER, LANDING, FRAME, ROUTE])

export type AnswerFault = z.infer<typeof ANSWER>
export type LandingFault = z.infer<typeof LANDING>
export type FrameFault = z.infer<typeof FRAME>
export type RouteFault = z.infer<typeof ROUTE>
export type Fault = z.infer<typeof FAULT_SCHEMA>
/** A fault as a user writes it. */
export type FaultInput = z.input<typeof FAULT_SCHEMA>
export type FaultKind = Fault['kind']

const KINDS = [
  ...ANSWER.shape.kind.options,
  ...LANDING.shape.kind.options,
  ...FRAME.shape.kind.options,
  ...ROUTE.shape.kind.options,
]

/** How often each kind of fault strikes by itself, 0 to 1, drawn from the seed. */
export const FAULT_RATES_SCHEMA = z.partialRecord(z.enum(KINDS), z.number().min(0).max(1))
export type FaultRates = z.infer<typeof FAULT_RATES_SCHEMA>
