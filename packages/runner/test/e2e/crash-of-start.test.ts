import { describe, expect, it } from 'vitest'
import { LedgerCheck } from './support/ledger-check.ts'
import type { Moment } from './support/moments.ts'
import { MOMENTS_WITHOUT_PROXY } from './support/moments.ts'
import { SeededRandom } from './support/seeded-random.ts'
import { StartedVoyage } from './support/started-voyage.ts'
import { settle, surviveAll, tally } from './support/survive.ts'

/** As in crash.test.ts. */
const LIVES = Number(process.env.PORTOLAN_E2E_LIVES ?? MOMENTS_WITHOUT_PROXY.length)
const SEED = Number(process.env.PORTOLAN_E2E_SEED ?? 1)

describe('portolan start', () => {
  it('can be killed with its simulator: both go on from where they were, and decide within 20 s of a start', {
    timeout: 120_000 + LIVES * 30_000,
  }, async ({ annotate }) => {
    const random = new SeededRandom(SEED)
    await using voyage = new StartedVoyage({ seed: SEED, speed: 60 })
    const check = new LedgerCheck('live@simulator')
    const moments: Moment[] = []
    while (moments.length < LIVES) moments.push(...random.shuffled(MOMENTS_WITHOUT_PROXY))

    await surviveAll(voyage, moments.slice(0, LIVES), check, random)
    await using warm = voyage.run('--until', '20s')
    expect(await warm.line(/ decision /, 20_000), warm.said()).not.toBeNull()
    expect(await warm.ended, warm.said()).toEqual({ code: 0, signal: null })
    expect(warm.lines.at(-1)).toMatch(/^ended after 20s/)
    expect(warm.stderr).not.toMatch(/"level":"(error|fatal)"/)
    await settle(voyage, check)

    await annotate(`${LIVES} ends: ${tally(check)}`)
  })
})
