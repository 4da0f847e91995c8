/**
 * Stable codes.
 * `unreachable`: no database there, or the connection was lost; it may pass. `locked`: another runner has it. `corrupt`: the data cannot be read.
 * `schema-too-new`: written by a newer Portolan. `conflict`: the store holds something that forbids it. `not-found`: it names something that is not there.
 * `fenced`: the account was claimed anew, so this process may not write its books any more.
 * `failed`: the database refused for another reason, e.g. a full disk.
 */
export type StoreErrorCode =
  | 'unreachable'
  | 'locked'
  | 'corrupt'
  | 'schema-too-new'
  | 'conflict'
  | 'not-found'
  | 'fenced'
  | 'failed'

/** The store could not do it. Says what to do, keeps its cause, never shows a password. */
export class StoreError extends Error {
  override readonly name = 'StoreError'
  readonly code: StoreErrorCode
  constructor(code: StoreErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options)
    this.code = code
  }
}
