import type { SilenceBounds } from './cadence.ts'
import type { CoinFeed } from './coin-feed.ts'
import type { MidPrices } from './mid-prices.ts'

/** So often at least must a mid have moved since the last trade: once may be a quote that was taken away. */
const MOVES = 3
/** Without mids to compare with, a stream is given so many times as long. */
const UNSEEN = 2

export interface SilenceFacts {
  readonly now: number
  readonly bounds: SilenceBounds
  readonly mids: MidPrices
  /** Whether mids arrive at present. */
  readonly hasMids: boolean
}

/**
 * The streams of which the silence is odd: longer than they are used to, while the instrument's mid moves on. The oddest first. A quiet market is not among
 * them: its mid stands still.
 */
export function oddlySilent(coins: Iterable<CoinFeed>, facts: SilenceFacts): readonly CoinFeed[] {
  const odd: { readonly coin: CoinFeed; readonly times: number }[] = []
  for (const coin of coins) {
    if (coin.mode !== 'stream' || !coin.isLive) continue
    const times = (facts.now - coin.heardAt) / coin.cadence.patienceMs(facts.bounds)
    if (times > 1 && isContradicted(coin, times, facts)) odd.push({ coin, times })
  }
  return odd.sort((a, b) => b.times - a.times).map(({ coin }) => coin)
}

function isContradicted(coin: CoinFeed, times: number, { mids, hasMids }: SilenceFacts): boolean {
  const moves = mids.movesSinceTrade(coin.id)
  return hasMids && moves !== null ? moves >= MOVES : times > UNSEEN
}
