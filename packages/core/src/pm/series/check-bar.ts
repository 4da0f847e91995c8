import type { Bar } from '../../market/bar.ts'
import { BarError } from './bar-error.ts'

/** Throws a {@link BarError} unless the bar is later than `lastTs` and consists of possible prices. */
export function checkBar(bar: Bar, lastTs: number | null): void {
  const { ts, open, high, low, close, volume } = bar
  if (lastTs !== null && !(ts > lastTs)) {
    throw new BarError(
      'BAR_OUT_OF_ORDER',
      ts,
      `bar ${ts} does not follow the last bar ${lastTs}: step each bar once, in order`,
    )
  }
  const possible =
    Number.isSafeInteger(ts) &&
    low > 0 &&
    high < Number.POSITIVE_INFINITY &&
    low <= open &&
    low <= close &&
    open <= high &&
    close <= high &&
    volume >= 0 &&
    volume < Number.POSITIVE_INFINITY
  if (!possible) {
    const values = JSON.stringify({ ts, open, high, low, close, volume })
    throw new BarError(
      'BAR_INVALID',
      ts,
      `bar ${values} is impossible: want 0 < low <= open, close <= high < Infinity and volume >= 0`,
    )
  }
}
