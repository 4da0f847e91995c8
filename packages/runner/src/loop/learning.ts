import type { ClosedTrade, LearnedStrengths, LearningConfig, TradePattern } from '@portolan/core'
import { createLearningBook, learnedStrengths, learnTrade, venueKeyParts } from '@portolan/core'
import type { PositionRow, Store } from '../store/store.ts'

const PATTERNS: readonly TradePattern[] = [
  'S1.buySignal',
  'S2.buyFlag',
  'S2.pool',
  'S3.dx',
  'S3.entry',
  'S3.reclaim',
  'external',
]

type Scoped = Pick<PositionRow, 'scope' | 'venue' | 'timeframe'>

/** What closed trades taught, apart for each scope, venue and timeframe: read from the store at the start, then kept up by each trade. */
export class Learning {
  readonly #config: LearningConfig
  readonly #books = new Map<string, ReturnType<typeof createLearningBook>>()
  readonly #loaded = new Set<string>()

  constructor(config: LearningConfig) {
    this.#config = config
  }

  async load(store: Store, position: Scoped): Promise<void> {
    const { scope, venue, timeframe } = position
    const key = `${scope} ${venue} ${timeframe}`
    if (this.#loaded.has(key)) return
    this.#loaded.add(key)
    for (const pattern of PATTERNS) {
      for (const r of await store.tradeResults(scope, venue, timeframe, pattern, this.#config.maxTrades)) {
        this.learn(position, { pattern, r })
      }
    }
  }

  learn(position: Scoped, trade: Pick<ClosedTrade, 'pattern' | 'r'>): void {
    const book = learnTrade(this.#book(position), this.#scope(position), trade, this.#config)
    this.#books.set(position.scope, book)
  }

  strengths(position: Scoped): LearnedStrengths {
    return learnedStrengths(this.#book(position), this.#scope(position), this.#config)
  }

  #book({ scope }: Scoped) {
    return this.#books.get(scope) ?? createLearningBook()
  }

  #scope({ venue, timeframe }: Scoped) {
    return { ...venueKeyParts(venue), timeframe }
  }
}
