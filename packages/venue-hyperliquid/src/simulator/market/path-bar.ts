/** A bar of the simulated path. Prices lie on the price grid; volume is an integer count of lots, so that sums are exact. */
export interface PathBar {
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  readonly lots: number
  readonly trades: number
}

/** Fewest trades that can show a bar: its open, its close and whichever extreme neither of them is. */
export function tradesNeeded(bar: Pick<PathBar, 'open' | 'high' | 'low' | 'close'>): number {
  if (bar.high === bar.low) return 1
  return 2 + Number(bar.high > Math.max(bar.open, bar.close)) + Number(bar.low < Math.min(bar.open, bar.close))
}

/** Two consecutive pieces as one. */
export function joinBars(first: PathBar, second: PathBar): PathBar {
  return {
    open: first.open,
    high: Math.max(first.high, second.high),
    low: Math.min(first.low, second.low),
    close: second.close,
    lots: first.lots + second.lots,
    trades: first.trades + second.trades,
  }
}

/** A bar in which nothing traded. */
export function flatBar(price: number): PathBar {
  return { open: price, high: price, low: price, close: price, lots: 0, trades: 0 }
}
