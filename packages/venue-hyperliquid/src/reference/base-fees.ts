/**
 * Fees of tier 0, as decimal fractions of notional. Live `userFees` always wins: discounts by volume, staking and referral exist.
 * Source: the venue's fee page.
 */
export const BASE_FEES = {
  /** 4.5 bp for an order that takes. */
  taker: '0.00045',
  /** 1.5 bp for an order that rests and is taken. */
  maker: '0.00015',
} as const
