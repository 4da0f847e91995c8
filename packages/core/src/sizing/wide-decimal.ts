import { Exact } from '../amounts/decimal-string.ts'

/**
 * Arithmetic for rounding: 240 digits, so that the product of two amounts is exact, and a quotient of positive amounts cut off, never rounded up. Only then
 * can a result be said to stay below a limit. Results leave this folder as amounts rounded to a venue's step.
 */
export const Wide = Exact.clone({ precision: 240, rounding: Exact.ROUND_DOWN })

/** A value of {@link Wide}. */
export type Wide = InstanceType<typeof Exact>
