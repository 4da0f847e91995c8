import type { Instrument, RateBudget, TradeGate } from '@portolan/core'
import type { StreamState } from '../market-data/trade-stream.ts'
import { EXCHANGE_WEIGHT } from '../rest/request-weight.ts'

/** What the decision about an instrument rests on. */
export interface GateFacts {
  /** When instruments were last read, ms; `null` before that. */
  readonly instrumentsReadAt: number | null
  /** Age from which on that is too long ago, ms. */
  readonly instrumentsMaxAgeMs: number
  readonly instrument: Instrument | undefined
  readonly stream: StreamState
  readonly weight: RateBudget
  /** The account's own allowance grants nothing but a request now and then before this time, ms. */
  readonly addressLimitedUntil: number
}

/**
 * Whether orders may go out at this time (ms). What only makes an opening unwise leaves exits free; what makes every order impossible
 * closes. Perpetuals trade around the clock.
 */
export function tradeGate(facts: GateFacts, at: number): TradeGate {
  const { instrument, instrumentsReadAt, stream, weight } = facts
  if (instrumentsReadAt === null) return closed('not-connected', 'The venue has not been reached yet.', null)
  if (instrument === undefined) return closed('unknown-instrument', 'The venue does not list it.', null)
  if (instrument.status === 'delisted') return closed('delisted', `${instrument.id} is delisted.`, null)
  if (weight.available('exit') < EXCHANGE_WEIGHT) {
    return closed('rate-budget', 'The request budget is used up.', minuteAfter(at))
  }
  if (weight.available('normal') < EXCHANGE_WEIGHT) {
    return exitOnly('rate-budget', 'What is left of the request budget is kept for exits.', minuteAfter(at))
  }
  if (at < facts.addressLimitedUntil) {
    const message = 'The account has used up the requests that its traded volume allows.'
    return exitOnly('rate-budget', message, facts.addressLimitedUntil)
  }
  if (at - instrumentsReadAt > facts.instrumentsMaxAgeMs) {
    return exitOnly('stale-data', 'The list of instruments could not be read for too long.', null)
  }
  switch (stream) {
    case 'refused':
      return exitOnly('stale-data', `The venue drops the connection when ${instrument.id} is subscribed.`, null)
    case 'waiting':
      return exitOnly('stale-data', `Trades of ${instrument.id} are not arriving.`, null)
    case 'live':
    case 'unwanted':
      return { state: 'open' }
  }
}

type Gate = Exclude<TradeGate, { state: 'open' }>

function closed(reason: Gate['reason'], message: string, changesAt: number | null): Gate {
  return { state: 'closed', reason, message, changesAt }
}

function exitOnly(reason: Gate['reason'], message: string, changesAt: number | null): Gate {
  return { state: 'exit-only', reason, message, changesAt }
}

/** A sliding window of a minute has let go of everything by then. */
function minuteAfter(at: number): number {
  return at + 60_000
}
