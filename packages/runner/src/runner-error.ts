/** Stable codes. Add at the end, never rename or remove: people match on them. */
export type RunnerErrorCode =
  | 'config-not-found'
  | 'config-unreadable'
  | 'key-missing'
  | 'key-unreadable'
  | 'key-invalid'
  | 'venue-unusable'
  | 'venue-start-failed'
  | 'simulator-failed'
  | 'no-venue'
  | 'ambiguous-venue'
  | 'live-not-confirmed'
  | 'claim-lost'
  | 'no-recording'
  | 'bad-intent-delta'

/** The runner could not do something. The message names it and says what to do; it never holds a secret. */
export class RunnerError extends Error {
  override readonly name = 'RunnerError'
  readonly code: RunnerErrorCode
  constructor(code: RunnerErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options)
    this.code = code
  }
}
