import type { Instrument, RateBudget, TradeGate } from '@portolan/core'
import type { DataState } from '../market-data/data-state.ts'
import { EXCHANGE_WEIGHT } from '../rest/request-weight.ts'

/** What the decision about an instrument rests on. */
export interface GateFacts {
  /** When instruments were last read, ms; `null` before that. */
  readonly instrumentsReadAt: number | null
  /** Age from which on that is too long ago, ms. */
  readonly instrumentsMaxAgeMs: number
  /** The latest reading contradicts the ones before. */
  readonly instrumentsInDoubt: boolean
  readonly instrument: Instrument | undefined
  readonly data: DataState
  /** How long a reading may take, ms. */
  readonly requestMs: number
  readonly weight: RateBudget
}

/**
 * Whether orders may go out at this time (ms). What only makes an opening unwise leaves exits free; what makes every order impossible
 * closes. Perpetuals trade around the clock.
 */
export function tradeGate(facts: GateFacts, at: number): TradeGate {
  const { instrument, instrumentsReadAt, data, weight } = facts
  if (instrumentsReadAt === null) return closed('not-connected', 'The venue has not been reached yet.', null)
  if (instrument === undefined) return closed('unknown-instrument', 'The venue does not list it.', null)
  if (instrument.status === 'delisted') return closed('delisted', `${instrument.id} is delisted.`, null)
  if (weight.available('exit') < EXCHANGE_WEIGHT) {
    return closed('rate-budget', 'The request budget is used up.', minuteAfter(at))
  }
  if (weight.available('normal') < EXCHANGE_WEIGHT) {
    return exitOnly('rate-budget', 'What is left of the request budget is kept for exits.', minuteAfter(at))
  }
  if (facts.instrumentsInDoubt) {
    return exitOnly('stale-data', 'The list of instruments contradicts the one before: asset ids may be wrong.', null)
  }
  if (at - instrumentsReadAt > facts.instrumentsMaxAgeMs) {
    return exitOnly('stale-data', 'The list of instruments could not be read for too long.', null)
  }
  return dataGate(instrument.id, data, facts.requestMs, at)
}

/** A poll may fail once before what it read is too old. */
const POLLS = 2

function dataGate(id: string, data: DataState, requestMs: number, at: number): TradeGate {
  switch (data.kind) {
    case 'refused':
      return exitOnly('venue:subscription-refused', `${id} is polled: ${data.why}.`, data.until)
    case 'waiting':
      return exitOnly('stale-data', `Trades of ${id} are not arriving.`, null)
    case 'polled': {
      const { readAt, everyMs } = data
      if (readAt === null) return exitOnly('stale-data', `Candles of ${id} have not been read yet.`, null)
      if (at - readAt <= POLLS * everyMs + requestMs) return { state: 'open' }
      const message = `Candles of ${id} were last read ${seconds(at - readAt)} ago instead of every ${seconds(everyMs)}.`
      return exitOnly('stale-data', message, null)
    }
    case 'live':
    case 'unwanted':
      return { state: 'open' }
  }
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`
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
