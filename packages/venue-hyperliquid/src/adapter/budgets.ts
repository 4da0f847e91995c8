import type { RateBudget, VenueContext } from '@portolan/core'
import type { HyperliquidOptions } from '../options.ts'

const MINUTE_MS = 60_000

/** What all requests to one host share. The venue counts per IP, so entries that talk to the same host draw from the same budgets. */
export interface Budgets {
  /** Weight of REST requests. */
  readonly weight: RateBudget
  /** Messages sent over sockets. */
  readonly messages: RateBudget
  /** New sockets. */
  readonly connections: RateBudget
}

/** The budgets of the entry's host. */
export function budgetsOf(context: VenueContext<HyperliquidOptions>): Budgets {
  const { limits, url } = context.options
  const perMinute = (name: string, capacity: number, reserve: number) =>
    context.budget({ name: `${name} ${new URL(url).host}`, capacity, windowMs: MINUTE_MS, reserve })
  return {
    weight: perMinute('rest-weight', limits.weightPerMinute, limits.exitWeightReserve),
    messages: perMinute('socket-messages', limits.messagesPerMinute, 0),
    connections: perMinute('socket-connections', limits.connectionsPerMinute, 0),
  }
}
