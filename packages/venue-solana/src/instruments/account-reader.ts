/** An account as a node tells it. */
export interface ChainAccount {
  /** The program that owns it. */
  readonly owner: string
  readonly data: Uint8Array
}

/** Accounts as they were at one slot. */
export interface AccountsAtSlot {
  readonly slot: number
  /** In the order asked; `null` where there is no account. */
  readonly accounts: readonly (ChainAccount | null)[]
}

/** What instruments and market data ask of the JSON-RPC client. Commitment `confirmed`. */
export interface AccountReader {
  /**
   * `getMultipleAccounts`, at most 100 addresses.
   * @throws {VenueError}
   */
  multipleAccounts(addresses: readonly string[], signal: AbortSignal): Promise<AccountsAtSlot>
}
