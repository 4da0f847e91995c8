import type { JsonValue } from '../contract/services.ts'

/** A copy of a plain-JSON state that shares nothing with it: what `JSON.parse(JSON.stringify(state))` gives, without the text in between. */
export function copyJson<T>(state: T): T & JsonValue {
  return copied(state) as T & JsonValue
}

function copied(value: unknown): unknown {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value
    case 'number':
      // As in JSON text: no -0, and what is no number is null.
      return Number.isFinite(value) ? value + 0 : null
    case 'object':
      if (value === null) return null
      if (Array.isArray(value)) return copiedArray(value)
      return isPlain(value) ? copiedObject(value) : throughText(value)
    case 'bigint':
    case 'function':
    case 'symbol':
    case 'undefined':
      return throughText(value)
  }
}

function copiedArray(values: readonly unknown[]): unknown[] {
  const copy: unknown[] = []
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    // Most are numbers.
    copy.push(typeof value === 'number' && Number.isFinite(value) ? value + 0 : (copied(value) ?? null))
  }
  return copy
}

function copiedObject(value: Readonly<Record<string, unknown>>): object {
  const copy: Record<string, unknown> = {}
  for (const key of Object.keys(value)) {
    const own = copied(value[key])
    if (own === undefined) continue
    if (key === '__proto__') {
      Object.defineProperty(copy, key, { value: own, enumerable: true, writable: true, configurable: true })
    } else copy[key] = own
  }
  return copy
}

function isPlain(value: object): value is Readonly<Record<string, unknown>> {
  const prototype: unknown = Object.getPrototypeOf(value)
  return (prototype === Object.prototype || prototype === null) && !('toJSON' in value)
}

/** Whatever else it is, JSON knows what becomes of it; `undefined` where nothing does. */
function throughText(value: unknown): unknown {
  const text: string | undefined = JSON.stringify(value)
  return text === undefined ? undefined : JSON.parse(text)
}
