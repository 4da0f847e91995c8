/** Probabilities of what goes wrong, and ms of what takes time. */
export interface FaultRates {
  /** The process dies right before or right after a call to store or venue. */
  readonly crash: number
  /** The database refuses without having written. */
  readonly storeRefuses: number
  /** The connection to the database breaks: whether a write took place nobody knows. */
  readonly storeBreaks: number
  readonly storeSlow: number
  readonly storeSlowMs: number
  /** Of each request to the venue: it never arrives. */
  readonly requestLost: number
  /** It was carried out, and the answer is lost. */
  readonly answerLost: number
  /** It was carried out, and the answer comes this late. */
  readonly answerLate: number
  readonly answerLateMs: number
  readonly serverError: number
  readonly rateLimited: number
  readonly brokenJson: number
  /** Of each frame. */
  readonly frameLost: number
  readonly frameTwice: number
  readonly frameBroken: number
  /** Of each minute. */
  readonly socketDrops: number
  readonly socketsStall: number
  readonly venueDown: number
  readonly clockJumps: number
  /** The process is killed at a moment that has nothing to do with what it does. */
  readonly kill: number
  /** A process is started on a machine whose clock is minutes off. Of each start. */
  readonly wrongClock: number
  /** A second runner is started on the same database by mistake. */
  readonly secondStart: number
  /** The claim goes to another runner, and the one that had it does not know and goes on. */
  readonly zombie: number
  /** A person halts, reduces, flattens or resumes. */
  readonly operator: number
}

export const NO_FAULTS: FaultRates = {
  crash: 0,
  storeRefuses: 0,
  storeBreaks: 0,
  storeSlow: 0,
  storeSlowMs: 0,
  requestLost: 0,
  answerLost: 0,
  answerLate: 0,
  answerLateMs: 0,
  serverError: 0,
  rateLimited: 0,
  brokenJson: 0,
  frameLost: 0,
  frameTwice: 0,
  frameBroken: 0,
  socketDrops: 0,
  socketsStall: 0,
  venueDown: 0,
  clockJumps: 0,
  kill: 0,
  wrongClock: 0,
  secondStart: 0,
  zombie: 0,
  operator: 0,
}

/** Everything, often. */
const WORST: FaultRates = {
  crash: 0.0006,
  storeRefuses: 0.02,
  storeBreaks: 0.02,
  storeSlow: 0.05,
  storeSlowMs: 4_000,
  requestLost: 0.04,
  answerLost: 0.15,
  answerLate: 0.1,
  answerLateMs: 30_000,
  serverError: 0.08,
  rateLimited: 0.04,
  brokenJson: 0.04,
  frameLost: 0.002,
  frameTwice: 0.02,
  frameBroken: 0.002,
  socketDrops: 0.1,
  socketsStall: 0.05,
  venueDown: 0.03,
  clockJumps: 0.05,
  kill: 0.04,
  wrongClock: 0.2,
  secondStart: 0.05,
  zombie: 0.03,
  operator: 0.05,
}

/** A menu of its own for each seed: each fault is left out, mild or at its worst, so that rare ones are also seen alone. */
export function drawRates(random: () => number): FaultRates {
  const entries = Object.entries(WORST).map(([name, worst]) => {
    if (name.endsWith('Ms')) return [name, worst]
    const draw = random()
    return [name, draw < 0.4 ? 0 : draw < 0.75 ? worst / 4 : worst]
  })
  return Object.fromEntries(entries) as unknown as FaultRates
}
