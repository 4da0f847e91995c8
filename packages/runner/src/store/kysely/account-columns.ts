import type { AccountKey } from '../store.ts'
import { venueColumns } from './rows.ts'

/** An account as the four columns that name it. */
export interface AccountColumns {
  readonly scope: string
  readonly token_chain: string
  readonly book_id: string
  readonly label: string
}

export function accountColumns({ scope, venue, label }: AccountKey): AccountColumns {
  return { scope, ...venueColumns(venue), label }
}

/** The columns of an account alone, of a row that has more. */
export function accountOf({ scope, token_chain, book_id, label }: AccountColumns): AccountColumns {
  return { scope, token_chain, book_id, label }
}
