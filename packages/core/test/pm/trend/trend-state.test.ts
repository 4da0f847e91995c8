import { describe, expect, it } from 'vitest'
import type { Emas, TrendTransition } from '../../../src/pm/index.ts'
import { bootstrapState, exitReason, nextTransition, targetState } from '../../../src/pm/index.ts'

const bullish: Emas = { ema20: 16, ema30: 15, ema60: 14, ema144: 13, ema250: 12, ema333: 11 }
const bearish: Emas = { ema20: 11, ema30: 12, ema60: 13, ema144: 14, ema250: 15, ema333: 16 }
const mixed: Emas = { ema20: 13, ema30: 13, ema60: 12, ema144: 14, ema250: 12, ema333: 12.5 }

describe('the trend state', () => {
  it('starts from the order of the averages', () => {
    expect([bullish, bearish, mixed].map(bootstrapState)).toEqual(['S3', 'S0', 'S4'])
    expect(bootstrapState({ ...bullish, ema250: 13 })).toBe('S4')
  })

  it.each([
    ['S4', 20, bullish, 'S4->S3'],
    ['S4', 1, bearish, 'S4->S0'],
    ['S4', 20, mixed, null],
    ['S0', 12.1, mixed, 'S0->S1'],
    ['S0', 12, mixed, null],
    ['S0', 20, { ...mixed, ema30: 12 }, null],
    ['S1', 10, bearish, 'S1->S0'],
    ['S1', 17, bearish, 'S1->S0'],
    ['S1', 12.6, mixed, 'S1->S2'],
    ['S1', 12.5, mixed, null],
    ['S2', 12.4, mixed, 'S2->S1'],
    ['S2', 10, bullish, 'S2->S1'],
    ['S2', 20, bullish, 'S2->S3'],
    ['S2', 12.5, mixed, null],
    ['S3', 10, bearish, 'S3->S0'],
    ['S3', 10, mixed, null],
    ['S3', 1, { ...mixed, ema20: 1, ema30: 2, ema60: 3, ema144: 12 }, 'S3->S0'],
  ] as const)('%s at %d: %o', (state, close, emas, wanted) => {
    expect(nextTransition(state, close, emas)).toBe(wanted)
  })

  it('says where each transition leads and which ones end a position', () => {
    const all: readonly TrendTransition[] = [
      'S4->S3',
      'S4->S0',
      'S0->S1',
      'S1->S0',
      'S1->S2',
      'S2->S1',
      'S2->S3',
      'S3->S0',
    ]
    expect(all.map(targetState)).toEqual(all.map((transition) => transition.slice(-2)))
    expect(all.filter((transition) => exitReason(transition) !== null)).toEqual(['S1->S0', 'S3->S0'])
    expect([exitReason('S1->S0'), exitReason('S3->S0')]).toEqual(['bearish_order', 'all_emas_below_333'])
  })
})
