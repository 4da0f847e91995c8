/** When to look again at an order of which the fate is open, ms by the runner's clock. */
export interface Patience {
  readonly firstLookMs: number
  readonly longestWaitMs: number
}

export const DEFAULT_PATIENCE: Patience = { firstLookMs: 2_000, longestWaitMs: 30_000 }

/** When an order is to be asked about: the wait doubles with every look that told nothing final. */
export function lookDueAt(
  order: { /** ms. */ readonly lastHeardAt: number; readonly looks: number },
  { firstLookMs, longestWaitMs }: Patience,
): number {
  // Beyond 2^40 every wait is the longest one.
  return order.lastHeardAt + Math.min(firstLookMs * 2 ** Math.min(order.looks, 40), longestWaitMs)
}
