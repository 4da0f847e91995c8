import { keyOf } from '../chain/addresses.ts'

/** Gets the tips of landing services. */
export const TIP_RECEIVER = keyOf('tip-receiver').address
