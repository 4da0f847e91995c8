import { parseVenueKey } from '@portolan/core'
import { isSecretName, REDACTED, redactText } from './secret-text.ts'

/** Deeper than this a field is cut off. */
const MAX_DEPTH = 8

/** A copy of a value that is safe to log: secrets masked, errors and other objects turned into plain data, cycles cut. Never throws. */
export function redact(value: unknown): unknown {
  return copy(value, '', 0, new Set())
}

function copy(value: unknown, name: string, depth: number, above: Set<object>): unknown {
  if (value === null || value === undefined || typeof value === 'boolean' || typeof value === 'number') return value
  if (isSecretName(name)) return REDACTED
  if (typeof value === 'string') return name === 'key' && !isVenueKey(value) ? REDACTED : redactText(value)
  if (typeof value === 'bigint') return redactText(value.toString())
  if (typeof value === 'object') return copyObject(value, name, depth, above)
  return `[${typeof value}]`
}

function copyObject(value: object, name: string, depth: number, above: Set<object>): unknown {
  if (above.has(value)) return '[circular]'
  if (depth >= MAX_DEPTH) return '[too deep]'
  above.add(value)
  try {
    return copyParts(value, name, depth + 1, above)
  } catch {
    return '[unreadable]'
  } finally {
    above.delete(value)
  }
}

function copyParts(value: object, name: string, depth: number, above: Set<object>): unknown {
  if (value instanceof Error) return copyError(value, depth, above)
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`
  if (value instanceof Map) return copyEntries(value, depth, above)
  if (value instanceof Set) return [...value].map((item) => copy(item, '', depth, above))
  if (Array.isArray(value)) {
    if (name === 'key' || isBytes(value)) return REDACTED
    return value.map((item) => copy(item, '', depth, above))
  }
  if ('toJSON' in value && typeof value.toJSON === 'function') return copy(value.toJSON(), name, depth, above)
  return copyEntries(Object.entries(value), depth, above)
}

function copyEntries(entries: Iterable<readonly [unknown, unknown]>, depth: number, above: Set<object>): object {
  const result: Record<string, unknown> = {}
  for (const [key, item] of entries) result[redactText(String(key))] = copy(item, String(key), depth, above)
  return result
}

function copyError(error: Error, depth: number, above: Set<object>): object {
  const { name, message, stack, cause, ...own } = error
  return {
    type: name,
    message: redactText(message),
    ...copyEntries(Object.entries(own), depth, above),
    ...(error instanceof AggregateError ? { errors: copy(error.errors, '', depth, above) } : {}),
    ...(cause === undefined ? {} : { cause: copy(cause, '', depth, above) }),
    ...(stack === undefined ? {} : { stack: redactText(stack) }),
  }
}

function isBytes(value: readonly unknown[]): boolean {
  return (
    value.length >= 32 &&
    value.every((item) => typeof item === 'number' && Number.isInteger(item) && item >= 0 && item <= 255)
  )
}

function isVenueKey(text: string): boolean {
  try {
    parseVenueKey(text)
    return text.length < 64
  } catch {
    return false
  }
}
