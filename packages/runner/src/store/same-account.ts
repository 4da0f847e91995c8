import type { AccountKey } from './store.ts'

/** Whether both name the same account. */
export function isSameAccount(a: AccountKey, b: AccountKey): boolean {
  return a.scope === b.scope && a.venue === b.venue && a.label === b.label
}
