import type { DecimalString, InstrumentId } from '@portolan/core'
import { DEFAULT_EXIT_PATIENCE } from '../execution/another-order.ts'
import { ALLOW_ALL } from '../execution/permit.ts'
import type { EngineOptions } from './engine-options.ts'
import type { PositionActor } from './position-actor.ts'
import type { TradingVenue } from './trading-venue.ts'
import type { VenueRuntimeDeps } from './venue-runtime.ts'
import { VenueRuntime } from './venue-runtime.ts'

/** What the engine lends to each entry's runtime. */
type Lent = Pick<
  VenueRuntimeDeps,
  'activity' | 'signal' | 'recorder' | 'anyPrice' | 'onPrice' | 'onRepaired' | 'onLateGap'
> & { readonly actors: () => readonly PositionActor[] }

/** Makes what the loop keeps of one entry, as its options say. */
export function makeRuntime(venue: TradingVenue, options: EngineOptions, lent: Lent): VenueRuntime {
  const { store, clock, logger, patience, bars, scopeOf, pm, onEvent } = options
  const { onDisagreement = 'exit-only', externalOf = () => 'report' as const, fenceOf = () => null, gateOf } = options
  return new VenueRuntime(venue, {
    ...lent,
    scope: scopeOf(venue),
    store,
    clock,
    logger,
    policy: { patience, onDisagreement, external: externalOf(venue) },
    exits: options.exits ?? DEFAULT_EXIT_PATIENCE,
    permit: options.permit ?? ALLOW_ALL,
    fence: () => fenceOf(venue),
    config: pm.config,
    graceMs: bars.graceMs,
    actors: () => lent.actors().filter(({ row }) => row.venue === venue.key && row.label === venue.label),
    operatorGate: (instrument, at) => gateOf?.(venue, instrument, at) ?? { state: 'open' },
    warn: (message, fields) => {
      logger.warn(message, fields)
      onEvent({ type: 'warning', at: clock.now(), message })
    },
  })
}

/** The newest price of an instrument that one of these entries knows. */
export function firstPrice(runtimes: Iterable<VenueRuntime>, instrument: InstrumentId): DecimalString | null {
  for (const runtime of runtimes) {
    const price = runtime.price(instrument)
    if (price !== null) return price
  }
  return null
}
