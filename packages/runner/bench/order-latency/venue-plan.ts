/** What both sides of the bench know of the market. */
export const COINS: readonly string[] = ['C0']

/** The end of the last bar of history, ms. */
export const START = Date.UTC(2026, 0, 15)
