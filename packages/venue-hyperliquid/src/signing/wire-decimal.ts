import { Decimal } from 'decimal.js'

/**
 * A price or size as it must be signed: plain notation without trailing zeros (`100.0` becomes `100`, `1e-7` becomes
 * `0.0000001`). The venue normalises before it hashes, so any other spelling recovers a wrong signer.
 * @throws {RangeError} when it is not a finite decimal number.
 */
export function wireDecimal(value: string | Decimal): string {
  let decimal: Decimal
  try {
    decimal = new Decimal(value)
  } catch (cause) {
    throw new RangeError(`not a decimal number: ${String(value)}`, { cause })
  }
  if (!decimal.isFinite()) throw new RangeError(`not a finite number: ${String(value)}`)
  return decimal.isZero() ? '0' : decimal.toFixed()
}
