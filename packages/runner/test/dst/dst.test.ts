import { describe, expect, it } from 'vitest'
import type { FaultRates } from './fault-rates.ts'
import { NO_FAULTS } from './fault-rates.ts'
import { runSeed } from './run-seed.ts'
import { SABOTAGES } from './sabotage.ts'

const SEEDS = 200
/** Shorter than those of `pnpm dst`, so that all fit into a run of the tests. */
const SHORT = { minutes: 8, recoveryMinutes: 5 } as const
/** Seeds within which a planted bug has to be found. */
const FOUND_WITHIN = 20
/** Answers that are lost, and faults that only the venue knows: what the planted mistakes are about, and nothing else. */
const LOSSY: FaultRates = { ...NO_FAULTS, answerLost: 0.4, venueDown: 0.7 }

describe('the whole runner in a simulated world', () => {
  it(`keeps its books whatever goes wrong, ${SEEDS} times`, { timeout: 1_800_000 }, async () => {
    const seen = { crashes: 0, refusedStarts: 0, zombies: 0, fills: 0 }
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const result = await runSeed({ seed, ...SHORT })
      expect(result.problems, `pnpm dst --from ${seed} --seeds 1 --minutes 8 --recovery 5 --verbose`).toEqual([])
      for (const name of ['crashes', 'refusedStarts', 'zombies', 'fills'] as const) seen[name] += result[name]
    }
    // A world in which nothing happens proves nothing.
    expect(seen.crashes).toBeGreaterThan(SEEDS / 4)
    expect(seen.refusedStarts).toBeGreaterThan(0)
    expect(seen.zombies).toBeGreaterThan(0)
    expect(seen.fills).toBeGreaterThan(SEEDS)
  })

  it.each([
    ['hyperliquid', [3, 7, 11]],
    ['both', [4]],
  ] as const)(
    'goes the same way from the same seed, to the last fill: %s',
    { timeout: 600_000 },
    async (venues, seeds) => {
      for (const seed of seeds) {
        const [first, second] = [await runSeed({ seed, venues, ...SHORT }), await runSeed({ seed, venues, ...SHORT })]
        expect(second.fingerprint).toBe(first.fingerprint)
        expect(second.problems).toEqual(first.problems)
        expect((await runSeed({ seed: seed + 1, venues, ...SHORT })).fingerprint).not.toBe(first.fingerprint)
      }
    },
  )

  it('trades on both venues when nothing goes wrong, and nothing is broken then', { timeout: 300_000 }, async () => {
    const result = await runSeed({ seed: 1, venues: 'both', rates: NO_FAULTS })
    expect(result).toMatchObject({ problems: [], crashes: 0 })
    expect(result.fills).toBeGreaterThan(5)
  })
})

describe.each(['hyperliquid', 'solana'] as const)('a mistake that other systems made is found on %s', (venues) => {
  it.each(Object.entries(SABOTAGES))('%s', { timeout: 900_000 }, async (_name, sabotage) => {
    for (let seed = 1; seed <= FOUND_WITHIN; seed += 1) {
      const world = { seed, venues, rates: LOSSY, ...SHORT }
      const { problems } = await runSeed({ ...world, sabotage })
      if (problems.length === 0) continue
      // It is the mistake that is found, not the world that it was made in.
      expect((await runSeed(world)).problems).toEqual([])
      return
    }
    expect.fail(`not found in ${FOUND_WITHIN} seeds`)
  })
})
