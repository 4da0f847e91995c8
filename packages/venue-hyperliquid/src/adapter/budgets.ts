import type { RateBudget, VenueContext } from '@portolan/core'
import type { HyperliquidOptions } from '../options.ts'

const MINUTE_MS = 60_000
/** A reserve never takes more than this part of a limit, however small the limit is configured. */
const LARGEST_RESERVE = 0.25

/** What all requests to one host share. The venue counts per IP, so entries that talk to the same host draw from the same budgets. */
export interface Budgets {
  /** Weight of REST requests per minute. */
  readonly weight: RateBudget
  /** Messages sent over sockets per minute. */
  readonly messages: RateBudget
  /** New sockets per minute. */
  readonly connections: RateBudget
  /** Sockets that are open at once. */
  readonly openConnections: RateBudget
  /** Subscriptions that exist at once, over all sockets. */
  readonly subscriptions: RateBudget
}

/** The budgets of the entry's host. Each keeps a reserve, for exits and for the account's own stream. */
export function budgetsOf(context: VenueContext<HyperliquidOptions>): Budgets {
  const { limits, url } = context.options
  const { host } = new URL(url)
  const budget = (name: string, capacity: number, windowMs: number | null, reserve: number) =>
    context.budget({ name: `${name} ${host}`, capacity, windowMs, reserve })
  const small = (reserve: number, capacity: number) => Math.min(reserve, Math.floor(capacity * LARGEST_RESERVE))
  const { weightPerMinute, messagesPerMinute, connectionsPerMinute, connections, subscriptions } = limits
  const { exitWeightReserve, exitMessageReserve, exitConnectionReserve, exitSubscriptionReserve } = limits
  return {
    weight: budget('rest-weight', weightPerMinute, MINUTE_MS, exitWeightReserve),
    messages: budget('socket-messages', messagesPerMinute, MINUTE_MS, small(exitMessageReserve, messagesPerMinute)),
    connections: budget(
      'socket-connections',
      connectionsPerMinute,
      MINUTE_MS,
      small(exitConnectionReserve, connectionsPerMinute),
    ),
    openConnections: budget('open-sockets', connections, null, small(exitConnectionReserve, connections)),
    subscriptions: budget('subscriptions', subscriptions, null, small(exitSubscriptionReserve, subscriptions)),
  }
}
