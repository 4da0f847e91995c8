/**
 * Price grid of a perp: at most 5 significant figures and at most `6 - szDecimals` decimals, integers always allowed.
 * Source: the venue's page on tick and lot size.
 */
export function priceDecimals(price: number, szDecimals: number): number {
  const magnitude = Math.floor(Math.log10(price))
  return Math.max(0, Math.min(6 - szDecimals, 4 - magnitude))
}

/** The smallest step at a price. */
export function tickSize(price: number, szDecimals: number): number {
  return 10 ** -priceDecimals(price, szDecimals)
}

/** The nearest price on the grid, never zero. Monotone, so it keeps high above low. */
export function roundToTick(price: number, szDecimals: number): number {
  const finest = 10 ** -(6 - szDecimals)
  if (price < finest) return finest
  const scale = 10 ** priceDecimals(price, szDecimals)
  return Math.round(price * scale) / scale
}

/** A number as the venue prints it: plain notation, at least one decimal (`84143.0`). For values of at most 8 decimals. */
export function numberText(value: number, decimals = 8): string {
  const fixed = value.toFixed(decimals)
  if (!fixed.includes('.')) return `${fixed}.0`
  const trimmed = fixed.replace(/0+$/, '')
  const text = trimmed.endsWith('.') ? `${trimmed}0` : trimmed
  return text === '-0.0' ? '0.0' : text
}

/** A size counted in lots of `10^-szDecimals`, as the venue prints it. */
export function lotsText(lots: number, szDecimals: number): string {
  return numberText(lots / 10 ** szDecimals, szDecimals)
}
