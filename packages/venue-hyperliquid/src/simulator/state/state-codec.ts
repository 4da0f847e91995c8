import { Decimal } from 'decimal.js'

/** JSON text that keeps decimals and maps apart from strings and objects. */
export function encodeState(value: unknown): string {
  return JSON.stringify(tagged(value))
}

/** The reverse of {@link encodeState}. @throws {SyntaxError} when the text is no JSON. */
export function decodeState(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null) return value
    if ('$decimal' in value && typeof value.$decimal === 'string') return new Decimal(value.$decimal)
    if ('$map' in value && Array.isArray(value.$map)) return new Map(value.$map)
    return value
  })
}

function tagged(value: unknown): unknown {
  if (Decimal.isDecimal(value)) return { $decimal: value.toString() }
  if (value instanceof Map) return { $map: [...value].map(([key, item]) => [key, tagged(item)]) }
  if (Array.isArray(value)) return value.map(tagged)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, tagged(item)]))
}
