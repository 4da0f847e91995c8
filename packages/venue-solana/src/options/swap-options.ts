import type { Urgency } from '@portolan/core'
import { z } from 'zod'

const BPS = z.number().int().min(1).max(10_000)
const LAMPORTS = z.number().int().nonnegative().max(10_000_000_000)

/** A number by the order's urgency: an exit is worth more than an entry. */
function byUrgency(schema: z.ZodNumber, defaults: Readonly<Record<Urgency, number>>) {
  const { low, normal, high, critical } = defaults
  return z
    .strictObject({
      low: schema.default(low),
      normal: schema.default(normal),
      high: schema.default(high),
      critical: schema.default(critical),
    })
    .prefault({})
}

/** How swaps are made. */
export const swapOptions = z.strictObject({
  /** By which the amount received may fall short of the quote, bps. The order's limit price bounds it as well. */
  slippageBps: byUrgency(BPS, { low: 50, normal: 100, high: 200, critical: 500 }),
  /** Price impact of a route above which it is not taken, bps. */
  maxPriceImpactBps: byUrgency(BPS, { low: 100, normal: 200, high: 400, critical: 2_000 }),
  /** Most that is paid to be included sooner, lamports a transaction. What Jupiter suggests is clamped to it. */
  maxPriorityFeeLamports: byUrgency(LAMPORTS, { low: 50_000, normal: 200_000, high: 1_000_000, critical: 5_000_000 }),
  /** Compute limit as a multiple of what the simulation used. */
  computeMargin: z.number().min(1).max(3).default(1.2),
  /** SOL kept for fees and rent. Below it only exits go out. Lamports (10^-9 SOL). */
  solReserveLamports: LAMPORTS.default(20_000_000),
  /** Smallest buy or partial sell, quote units. */
  minNotional: z.number().positive().default(1),
  /** What a swap costs in a simulated fill (pool fees of the route), bps. */
  feeBps: z.number().nonnegative().max(1_000).default(30),
})
