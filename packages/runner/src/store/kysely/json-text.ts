/** Escapes of which JSON.stringify makes use and that PostgreSQL takes in no text: NUL and lone surrogates. */
const UNSTORABLE = /\\u(0000|d[89a-f])/

/**
 * A value as JSON text for a json or jsonb column. What PostgreSQL cannot hold (NUL characters, lone surrogates: a venue may say anything) becomes U+FFFD.
 */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value)
  return UNSTORABLE.test(text) ? JSON.stringify(storable(value)) : text
}

/** Text as a text column can hold it. */
export function storableText(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD')
}

function storable(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value)
  if (Array.isArray(value)) return value.map(storable)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [storableText(key), storable(inner)]))
}
