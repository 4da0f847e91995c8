/**
 * Stable codes. Add at the end, never rename or remove: people match on them.
 * `unavailable` and `timeout` may pass; the others will not by themselves.
 */
export type VenueErrorCode =
  | 'unavailable'
  | 'timeout'
  | 'rate-limited'
  | 'malformed-answer'
  | 'refused'
  | 'not-authorised'
  | 'unknown-instrument'
  | 'unsupported'
  | 'misconfigured'

/** A venue could not do or tell something. Never thrown for an outcome of an order that was sent: that is `unknown`. */
export class VenueError extends Error {
  override readonly name = 'VenueError'
  readonly code: VenueErrorCode
  constructor(code: VenueErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options)
    this.code = code
  }
}
