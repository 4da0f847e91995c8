import type { Logger } from '@portolan/core'
import { openPGliteStore } from './pglite/open-pglite.ts'
import { openPostgresStore } from './postgres/open-postgres.ts'
import type { Store } from './store.ts'

/** Where the store is kept. */
export type StoreLocation =
  /** In a folder, made when it is missing; `null` keeps it in memory, for as long as the process lives. */
  | { readonly kind: 'pglite'; readonly directory: string | null }
  /** `postgres://user:password@host:port/database`. */
  | { readonly kind: 'postgres'; readonly url: string }

export interface OpenStoreOptions {
  /** ms; what rows are stamped with. */
  readonly now: () => number
  readonly logger?: Logger
}

/** Opens the store and brings its tables up to date. Dispose it to close it. @throws {StoreError} */
export function openStore(location: StoreLocation, options: OpenStoreOptions): Promise<Store> {
  switch (location.kind) {
    case 'pglite':
      return openPGliteStore({ directory: location.directory, ...options })
    case 'postgres':
      return openPostgresStore({ url: location.url, ...options })
  }
}
