import type { Patience } from './look-schedule.ts'

/**
 * What becomes of trades and holdings on an account that the runner did not bring about: `report` says them and stops buying what they touch, `ignore` leaves
 * them out of every comparison, `adopt` books them to the position of their instrument, when there is exactly one.
 */
export type ExternalPolicy = 'report' | 'ignore' | 'adopt'

/** What an account does while it differs from the ledger: `exit-only` for what differs alone; `halt`: nothing of what differs, exits only for all else. */
export type OnDisagreement = 'exit-only' | 'halt'

export interface ReconcilePolicy {
  readonly external: ExternalPolicy
  readonly onDisagreement: OnDisagreement
  readonly patience: Patience
}
