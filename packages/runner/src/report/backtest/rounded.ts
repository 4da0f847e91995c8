/** A number with at most so many decimals, never `-0`. */
export function rounded(value: number, decimals: number): number {
  const text = value.toFixed(decimals)
  return Number(text) === 0 ? 0 : Number(text)
}
