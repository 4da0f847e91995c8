import { describe, expect, it } from 'vitest'
import { SeededRandom } from './support/seeded-random.ts'
import { SolanaVoyage } from './support/solana/solana-voyage.ts'
import { settleSwaps, surviveSwaps } from './support/solana/survive-swaps.ts'
import { tallySwaps } from './support/solana/swap-check.ts'
import type { SwapMoment } from './support/solana/swap-moments.ts'
import { SWAP_MOMENTS } from './support/solana/swap-moments.ts'

/** For a campaign by hand: how many runners are ended, another course of events, and how swaps are sent. */
const LIVES = Number(process.env.PORTOLAN_E2E_LIVES ?? 0)
const SEED = Number(process.env.PORTOLAN_E2E_SEED ?? 1)
const MODE = process.env.PORTOLAN_E2E_SWAPS === 'order' ? 'order' : 'build'

const FEW: readonly SwapMoment[] = [
  'sendTransaction answer-lost',
  'simulateTransaction answered',
  'sendTransaction arrives',
  'planned',
  'sendTransaction arrives-late',
  '/build lost',
  'getSignatureStatuses answer-lost',
  'sendTransaction lost',
  'getTransaction answered',
  'booked',
]

describe('a runner that is killed at any step of a swap and started again', () => {
  it('books what the chain executed to the last unit, and nothing was executed twice', {
    timeout: 300_000 + LIVES * 40_000,
  }, async ({ annotate }) => {
    const random = new SeededRandom(SEED)
    const ends: SwapMoment[] = []
    while (ends.length < LIVES) ends.push(...random.shuffled(SWAP_MOMENTS))
    const moments = LIVES === 0 ? FEW : ends.slice(0, LIVES)

    await using voyage = await SolanaVoyage.start({ seed: SEED, mode: MODE })
    await surviveSwaps(voyage, moments, random, (life, moment, books) => {
      if (LIVES > 0) process.stderr.write(`${new Date().toISOString()} ${life} ${moment}: ${tallySwaps(books)}\n`)
    })
    const books = await settleSwaps(voyage)
    expect(books.fills.length).toBeGreaterThan(0)
    await annotate(`${moments.length} ends: ${tallySwaps(books)}`)
  })
})
