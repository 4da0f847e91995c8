import { describe, expect, it } from 'vitest'
import { NO_FAULTS } from './fault-rates.ts'
import { runSeed } from './run-seed.ts'
import { SABOTAGES } from './sabotage.ts'

const SEEDS = 200
/** Seeds within which a planted bug has to be found. */
const FOUND_WITHIN = 60

describe('the whole runner in a simulated world', () => {
  it(`keeps its books whatever goes wrong, ${SEEDS} times`, { timeout: 900_000 }, async () => {
    const seen = { crashes: 0, refusedStarts: 0, fills: 0 }
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const result = await runSeed({ seed, minutes: 12, recoveryMinutes: 6 })
      expect(result.problems, `pnpm dst --from ${seed} --seeds 1 --minutes 12 --verbose`).toEqual([])
      for (const name of ['crashes', 'refusedStarts', 'fills'] as const) seen[name] += result[name]
    }
    // A world in which nothing happens proves nothing.
    expect(seen.crashes).toBeGreaterThan(SEEDS / 4)
    expect(seen.refusedStarts).toBeGreaterThan(0)
    expect(seen.fills).toBeGreaterThan(SEEDS)
  })

  it('goes the same way from the same seed, to the last fill', { timeout: 300_000 }, async () => {
    for (const seed of [3, 7, 11]) {
      const [first, second] = [await runSeed({ seed }), await runSeed({ seed })]
      expect(second.fingerprint).toBe(first.fingerprint)
      expect(second.problems).toEqual(first.problems)
    }
    expect((await runSeed({ seed: 3 })).fingerprint).not.toBe((await runSeed({ seed: 7 })).fingerprint)
  })

  it('trades when nothing goes wrong, and nothing is broken then', { timeout: 120_000 }, async () => {
    const result = await runSeed({ seed: 1, rates: NO_FAULTS })
    expect(result).toMatchObject({ problems: [], crashes: 0 })
    expect(result.fills).toBeGreaterThan(5)
  })
})

describe('a mistake that other systems made is found', () => {
  it.each(Object.entries(SABOTAGES))('%s', { timeout: 300_000 }, async (_name, sabotage) => {
    for (let seed = 1; seed <= FOUND_WITHIN; seed += 1) {
      const { problems } = await runSeed({ seed, minutes: 12, recoveryMinutes: 6, sabotage })
      if (problems.length > 0) return
    }
    expect.fail(`not found in ${FOUND_WITHIN} seeds`)
  })
})
