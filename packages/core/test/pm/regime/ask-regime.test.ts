import { expect, it } from 'vitest'
import type { RegimeReading } from '../../../src/pm/index.ts'
import { askRegime, computeAE, defaultPmConfig } from '../../../src/pm/index.ts'

const input = { readings: {}, timeframe: '1h', at: 1e12, config: defaultPmConfig.regime } as const
const good: RegimeReading = { ...computeAE(input), A: 0.9, E: 0.1 }

it('takes the scores of a regime of somebody else', () => {
  expect(askRegime({ evaluate: () => good }, input)).toEqual(good)
})

it.each([
  [{ ...good, A: Number.NaN }, 'A is NaN'],
  [{ ...good, E: 2 }, 'E is 2'],
  [{ A: 0.5, E: 0.5 }, 'not lists'],
  [null, 'threw'],
])('takes %j for a market without drivers', (reading, reason) => {
  const { refused, ...rest } = askRegime({ evaluate: () => reading as RegimeReading }, input)
  expect(rest).toEqual(computeAE(input))
  expect(refused).toContain(reason)
})
