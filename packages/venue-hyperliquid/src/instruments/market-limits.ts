import type { DecimalString } from '@portolan/core'
import { parseDecimal } from '@portolan/core'

const MILLION_30 = parseDecimal('30000000')
const MILLION_5 = parseDecimal('5000000')
const MILLION_2 = parseDecimal('2000000')
const HALF_MILLION = parseDecimal('500000')

/**
 * The most that one market order may be worth, USD, by the highest leverage that the asset allows. Limit orders may be ten times that; the adapter's
 * orders execute at once or not at all, and so are held to what the venue calls a market order. Source: the venue's page on contract specifications.
 */
export function maxMarketNotional(maxLeverage: number): DecimalString {
  if (maxLeverage >= 25) return MILLION_30
  if (maxLeverage >= 20) return MILLION_5
  return maxLeverage >= 10 ? MILLION_2 : HALF_MILLION
}
