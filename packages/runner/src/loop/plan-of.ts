import type { Intent } from '@portolan/core'
import type { IntentRow } from '../store/store.ts'

/** What the PM planned, of an intent as it was stored; `null` when it cannot be read. */
export function planOf(intent: Pick<IntentRow, 'explanation'> | undefined): Intent | null {
  return (intent?.explanation as { readonly plan?: Intent } | null | undefined)?.plan ?? null
}
