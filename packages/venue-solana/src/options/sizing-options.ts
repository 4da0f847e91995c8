import { z } from 'zod'

/** What the sizes of orders are bounded by beside the token's decimals. */
export const sizingOptions = z.strictObject({
  /** Smallest buy, and smallest sale that does not sell all, quote units. The chain has none; below about 1 USD fees weigh more than the trade. */
  minNotional: z.number().positive().default(1),
  /** What a swap costs in a simulated fill (pool fees of the route), bps. */
  feeBps: z.number().nonnegative().max(1_000).default(30),
})
