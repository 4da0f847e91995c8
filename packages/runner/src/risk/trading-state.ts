import type { TradeGate, VenueKey } from '@portolan/core'
import type { Scope } from '../store/store.ts'

/**
 * What may be sent on its own account by the portfolio manager. `active`: everything. `reducing`: exits only. `halted`: nothing;
 * a person can still `flatten`, which is the only thing that a halt lets through.
 */
export type TradingState = 'active' | 'reducing' | 'halted'

const STRICTNESS: Readonly<Record<TradingState, number>> = { active: 0, reducing: 1, halted: 2 }

/** Whom a state is about: one config entry (account), or everything of a scope. */
export type TradingTarget = { readonly venue: VenueKey; readonly label: string } | 'all'

/** What was ordered for a target, and by whom. Kept in the store, so that it holds over a restart. */
export interface TradingOrder {
  readonly scope: Scope
  readonly target: TradingTarget
  readonly state: TradingState
  /** Positions are to be sold off, as of this time, ms; `null` when nobody asked for it. */
  readonly flattenAt: number | null
  readonly reason: string
  /** `operator`: a person. `breaker`: a limit of the config was passed. */
  readonly by: 'operator' | 'breaker'
  /** ms by the runner's clock. */
  readonly at: number
}

/** Whether a target includes this entry. */
function concerns(target: TradingTarget, entry: { readonly venue: VenueKey; readonly label: string }): boolean {
  return target === 'all' || (target.venue === entry.venue && target.label === entry.label)
}

/** The order that binds an entry: the strictest that concerns it, the newest of equals; `null` when none was given. */
export function bindingOrder(
  orders: readonly TradingOrder[],
  entry: { readonly scope: Scope; readonly venue: VenueKey; readonly label: string },
): TradingOrder | null {
  let binding: TradingOrder | null = null
  for (const order of orders) {
    if (order.scope !== entry.scope || !concerns(order.target, entry)) continue
    const difference = binding === null ? 1 : STRICTNESS[order.state] - STRICTNESS[binding.state]
    if (difference > 0 || (difference === 0 && binding !== null && order.at > binding.at)) binding = order
  }
  return binding
}

/** A trading state as the gate that positions see. */
export function tradingGate(order: TradingOrder | null): TradeGate {
  if (order === null || order.state === 'active') return { state: 'open' }
  const who = order.by === 'operator' ? 'a person' : 'a loss limit'
  const message =
    order.state === 'reducing' ? `only exits, by ${who}: ${order.reason}` : `halted by ${who}: ${order.reason}`
  return {
    state: order.state === 'reducing' ? 'exit-only' : 'closed',
    reason: 'operator',
    message,
    changesAt: null,
  }
}
