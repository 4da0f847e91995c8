import { Decimal } from 'decimal.js'

/**
 * A decimal as the venue prints it: plain notation and at least one decimal (`100.0`). With `places`, digits beyond them are cut off, not
 * rounded: captured fees are floor(notional * rate) in millionths.
 */
export function decimalText(value: Decimal, places?: number): string {
  const cut = places === undefined ? value : value.toDecimalPlaces(places, Decimal.ROUND_DOWN)
  if (cut.isZero()) return '0.0'
  const text = cut.toFixed()
  return text.includes('.') ? text : `${text}.0`
}

/** Without the `.0` of whole numbers, as error texts print prices. */
export function bareText(value: Decimal): string {
  return value.isZero() ? '0' : value.toFixed()
}
