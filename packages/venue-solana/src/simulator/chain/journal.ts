import type { PoolEvent } from '../market/pool.ts'
import type { LandedTransaction } from './landed-transaction.ts'

/** address, lamports, owner, data in base64, executable; or an address whose account is gone. */
export type SavedAccount =
  | readonly [address: string, lamports: string, owner: string, data: string, executable: boolean]
  | readonly [address: string, gone: null]

export interface SavedPoolEvent {
  readonly symbol: string
  readonly event: PoolEvent
}

/** What happened to the chain beyond what follows from seed and time. In order, they make the chain again. */
export type JournalRecord =
  | {
      readonly kind: 'landed'
      readonly transaction: LandedTransaction
      readonly accounts: readonly SavedAccount[]
      readonly pools: readonly SavedPoolEvent[]
    }
  | { readonly kind: 'pending'; readonly wire: string; readonly slot: number }
  | { readonly kind: 'doomed'; readonly signature: string }
  | { readonly kind: 'accounts'; readonly accounts: readonly SavedAccount[] }
  | { readonly kind: 'pool'; readonly symbol: string; readonly event: PoolEvent }
  | { readonly kind: 'tip'; readonly slot: number }

/** Where records go. `append` returns when a kill of the process can no longer undo it. */
export interface Journal {
  append(record: JournalRecord): void
}

export const NO_JOURNAL: Journal = { append: () => undefined }
