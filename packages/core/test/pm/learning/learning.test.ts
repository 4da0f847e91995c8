import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LearningScope, ScopeStatistics } from '../../../src/pm/index.ts'
import {
  addResult,
  createLearningBook,
  defaultPmConfig,
  EMPTY_STATISTICS,
  learnedStrength,
  learnedStrengths,
  learnTrade,
} from '../../../src/pm/index.ts'

const config = defaultPmConfig.learning
const hour: LearningScope = { tokenChain: 'hyperliquid', bookId: 'perps', timeframe: '1h' }

function statisticsOf(results: readonly number[]): ScopeStatistics {
  return results.reduce((statistics, r) => addResult(statistics, r, config), EMPTY_STATISTICS)
}

describe('learned strength', () => {
  it('is 0 without trades, and believes the mean R the more the more trades there are', () => {
    expect(learnedStrength(EMPTY_STATISTICS, config)).toBe(0)
    expect(learnedStrength(statisticsOf([0.2]), config)).toBeCloseTo(0.2 / 21)
    expect(learnedStrength(statisticsOf(Array.from({ length: 20 }, () => 0.2)), config)).toBeCloseTo(0.1)
  })

  it('stays within 0.25 both ways', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { maxLength: 300 }), (results) => {
        expect(Math.abs(learnedStrength(statisticsOf(results), config))).toBeLessThanOrEqual(0.25)
      }),
    )
  })

  it('forgets all but the last 200 trades and caps each R', () => {
    const { results } = statisticsOf([...Array.from({ length: 50 }, () => -1), ...Array.from({ length: 200 }, () => 9)])
    expect(results).toEqual(Array.from({ length: 200 }, () => 3))
  })
})

describe('a learning book', () => {
  const book = learnTrade(createLearningBook(), hour, { pattern: 'S3.entry', r: 1 }, config)

  it('teaches only the same venue, timeframe and pattern', () => {
    expect(learnedStrengths(book, hour, config)).toEqual({ 'S3.entry': 1 / 21 })
    expect(learnedStrengths(book, { ...hour, timeframe: '4h' }, config)).toEqual({})
    expect(learnedStrengths(book, { ...hour, bookId: 'spot' }, config)).toEqual({})
    expect(learnedStrengths(book, { ...hour, tokenChain: 'solana' }, config)).toEqual({})
  })

  it('matches the venue lower-case, and takes all its tokens together', () => {
    const again = learnTrade(book, { ...hour, tokenChain: 'HyperLiquid' }, { pattern: 'S3.entry', r: 1 }, config)
    expect(learnedStrengths(again, { ...hour, bookId: 'PERPS' }, config)).toEqual({ 'S3.entry': 2 / 22 })
  })

  it('is changed by making a new one', () => {
    learnTrade(book, hour, { pattern: 'S3.entry', r: -1 }, config)
    expect(learnedStrengths(book, hour, config)).toEqual({ 'S3.entry': 1 / 21 })
    expect(JSON.parse(JSON.stringify(book))).toEqual(book)
  })
})
