import type { InstrumentId, VenueKey } from '@portolan/core'
import { instrumentId } from '@portolan/core'
import { RunnerError } from '../runner-error.ts'
import type { IntentDeltaKey, NewIntentDelta, Scope } from '../store/store.ts'

/** Which token an opinion is about. */
export interface IntentDeltaTarget {
  /** `token_chain/book_id`, in any case. */
  readonly venue: string
  /** Only needed when the entries of the venue are on different networks. */
  readonly label?: string
  /** The venue's own name of it. */
  readonly token: string
}

/** An opinion on a token: added to its A and E for a while. */
export interface IntentDeltaRequest extends IntentDeltaTarget {
  /** What is added to A (add appetite). Default 0. */
  readonly a?: number
  /** What is added to E (exit assertiveness). Default 0. */
  readonly e?: number
  /** How long it counts, ms by the run's clock. */
  readonly forMs: number
  readonly reason?: string
}

/** An entry of the config, and the books in which its positions are. */
export interface DeltaEntry {
  readonly key: VenueKey
  readonly label: string
  readonly scope: Scope
}

/** @throws {RunnerError} `no-venue`, `ambiguous-venue` */
export function intentDeltaKey(target: IntentDeltaTarget, entries: readonly DeltaEntry[]): IntentDeltaKey {
  const { venue, label, token } = target
  const found = entries.filter(
    (entry) => entry.key === venue.toLowerCase() && (label === undefined || entry.label === label),
  )
  const [entry] = found
  const name = label === undefined ? venue : `${venue} "${label}"`
  if (entry === undefined) {
    const known = [...new Set(entries.map(({ key }) => key))].join(', ')
    throw new RunnerError('no-venue', `no venue of the config is ${name}; there are ${known}`)
  }
  if (new Set(found.map(({ scope }) => scope)).size > 1) {
    const labels = found.map((one) => `"${one.label}"`).join(', ')
    throw new RunnerError('ambiguous-venue', `the entries of ${venue} are on different networks: name one, ${labels}`)
  }
  return { scope: entry.scope, venue: entry.key, instrument: tokenOf(token) }
}

/**
 * What is to be stored for a request.
 * @param limits `cap`: of both deltas, both ways; `now`: ms by the run's clock.
 * @throws {RunnerError} `bad-intent-delta`, and as `intentDeltaKey`.
 */
export function newIntentDelta(
  request: IntentDeltaRequest,
  entries: readonly DeltaEntry[],
  limits: { readonly cap: number; readonly now: number },
): NewIntentDelta {
  const { a, e, forMs, reason } = request
  const { cap, now } = limits
  if (a === undefined && e === undefined) throw bad('it says nothing: give what is added to A, to E or to both')
  if (!(forMs > 0) || !Number.isSafeInteger(Math.ceil(now + forMs))) throw bad('it must count for a time above 0 ms')
  return {
    ...intentDeltaKey(request, entries),
    intentA: capped('A', a ?? 0, cap),
    intentE: capped('E', e ?? 0, cap),
    expiresAt: Math.ceil(now + forMs),
    reason: reason ?? null,
  }
}

function capped(score: 'A' | 'E', value: number, cap: number): number {
  if (value >= -cap && value <= cap) return value
  throw bad(`what is added to ${score} lies in -${cap} to ${cap}, got ${value}`)
}

function tokenOf(token: string): InstrumentId {
  const name = token.trim()
  if (name === '') throw bad('it names no token')
  return instrumentId(name)
}

function bad(problem: string): RunnerError {
  return new RunnerError('bad-intent-delta', `the intent delta is refused: ${problem}`)
}
