/** A movement of money that is neither a trade nor funding, as `userNonFundingLedgerUpdates` carries it. */
export interface LedgerUpdate {
  readonly time: number
  readonly hash: string
  readonly delta: { readonly type: string; readonly [key: string]: unknown }
}
