import type { JsonValue } from '../contract/services.ts'

/** A copy of a plain-JSON state that shares nothing with it. */
export function copyJson<T>(state: T): T & JsonValue {
  return JSON.parse(JSON.stringify(state))
}
