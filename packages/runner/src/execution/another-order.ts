import type { OrderRequest, Outcome, RejectReason } from '@portolan/core'

/** How often an exit is tried, and how long it waits in between, ms by the runner's clock: the wait doubles with every order. */
export interface ExitPatience {
  /** Orders an exit may have; 1 for no second one. Entries and trims have one. */
  readonly attempts: number
  readonly backoffMs: number
}

export const DEFAULT_EXIT_PATIENCE: ExitPatience = { attempts: 5, backoffMs: 500 }

/** Longest wait between two orders of an exit, ms. */
const LONGEST_BACKOFF_MS = 30_000

export function backoffMs(patience: ExitPatience, ordersSoFar: number): number {
  return Math.min(patience.backoffMs * 2 ** Math.min(Math.max(0, ordersSoFar - 1), 20), LONGEST_BACKOFF_MS)
}

/** What an intent would send next. */
export type NextOrder =
  | { readonly kind: 'order'; readonly request: Omit<OrderRequest, 'intentId'> }
  /** Not now: no price is known, or nothing may be sent. */
  | { readonly kind: 'wait'; readonly why: string }
  /** Nothing is left to do. */
  | { readonly kind: 'done'; readonly why: string }

/** Whether another order may do what this one, which is at its end, did not. */
export function isWorthAnotherOrder(outcome: Outcome): boolean {
  switch (outcome.kind) {
    case 'filled':
    case 'partial':
    case 'expired':
      return true
    case 'rejected':
      return PASSING[outcome.reason]
    case 'resting':
    case 'unknown':
      return false
  }
}

/** Refusals that a fresh price or a little time may change. What is wrong with the order or the account itself stays wrong. */
const PASSING: Readonly<Record<RejectReason, boolean>> = {
  'no-liquidity': true,
  slippage: true,
  'price-band': true,
  'price-rule': true,
  'post-only': true,
  'rate-limit': true,
  expired: true,
  other: true,
  'quantity-rule': false,
  'min-notional': false,
  'insufficient-funds': false,
  'reduce-only': false,
  'open-interest-cap': false,
  leverage: false,
  // An order with this id was there before: only a look can tell what became of it.
  duplicate: false,
  'not-authorised': false,
  instrument: false,
}
