import { z } from 'zod'

const RULE = z.enum(['block', 'allow']).default('block')

/** What of a token keeps new money out of it. Exits stay free whatever is found. */
export const riskOptions = z.strictObject({
  /** Someone can mint more of it. */
  mintAuthority: RULE,
  /** Someone can freeze accounts that hold it. */
  freezeAuthority: RULE,
  /** Token-2022: someone can move or burn what others hold. */
  permanentDelegate: RULE,
  /** Token-2022: a program of the issuer runs in every transfer and may refuse it. */
  transferHook: RULE,
  /** Token-2022: accounts start frozen, or all transfers can be paused. */
  frozenByDefault: RULE,
  /** Token-2022: amounts are shown multiplied (interest-bearing, scaled UI amount), so that prices of others may be per shown unit. */
  scaledAmounts: RULE,
  /** Token-2022 transfer fee above which nothing is bought, bps. */
  maxTransferFeeBps: z.number().int().min(0).max(10_000).default(100),
})

/** Below which depth nothing is bought. */
export const liquidityOptions = z.strictObject({
  /** USD in the token's pools (Jupiter's number, or twice the quote side of the watched pool when that is more). `0`: no floor. */
  minUsd: z.number().nonnegative().default(25_000),
})
