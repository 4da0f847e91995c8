import type { InstrumentId } from '@portolan/core'

/** Who is to be streamed, when not all can be. */
export interface StreamShare {
  readonly streamed: readonly InstrumentId[]
  readonly polled: readonly InstrumentId[]
}

export interface StreamCandidate {
  readonly id: InstrumentId
  /** A position lives on it. */
  readonly trades: boolean
  /** The venue does not take a subscription to it. */
  readonly refused: boolean
}

/**
 * Gives the streams that there are to positions before majors, and among equals to those that have one: a change costs messages and a reading.
 * @param streamed who has one now.
 */
export function shareStreams(
  candidates: readonly StreamCandidate[],
  streamed: ReadonlySet<InstrumentId>,
  streams: number,
): StreamShare {
  const rank = ({ id, trades }: StreamCandidate): number => (trades ? 0 : 2) + (streamed.has(id) ? 0 : 1)
  const able = candidates.filter(({ refused }) => !refused).sort((a, b) => rank(a) - rank(b))
  const chosen = new Set(able.slice(0, Math.max(0, streams)).map(({ id }) => id))
  return {
    streamed: able.filter(({ id }) => chosen.has(id)).map(({ id }) => id),
    polled: candidates.filter(({ id }) => !chosen.has(id)).map(({ id }) => id),
  }
}
