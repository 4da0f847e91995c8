import { definePmConfig } from '@portolan/core'
import { describe, expect, it } from 'vitest'
import { BUSY_PM } from './support/busy-config.ts'
import { LedgerCheck } from './support/ledger-check.ts'
import type { Moment } from './support/moments.ts'
import { MOMENTS } from './support/moments.ts'
import { SeededRandom } from './support/seeded-random.ts'
import { signalProblems } from './support/signals-check.ts'
import { SimulatedVoyage } from './support/simulated-voyage.ts'
import { settle, surviveAll, tally } from './support/survive.ts'

/** For a campaign by hand: how many runners are ended, and another course of events. */
const LIVES = Number(process.env.PORTOLAN_E2E_LIVES ?? MOMENTS.length)
const SEED = Number(process.env.PORTOLAN_E2E_SEED ?? 1)

describe('a runner that is killed and started again', () => {
  it('evaluates no bar twice, sends no order twice, and books what the venue executed, once', {
    timeout: 120_000 + LIVES * 30_000,
  }, async ({ annotate }) => {
    const random = new SeededRandom(SEED)
    await using voyage = await SimulatedVoyage.start({ seed: SEED, speed: 60 })
    const check = new LedgerCheck('live@simulator')
    const moments: Moment[] = []
    while (moments.length < LIVES) moments.push(...random.shuffled(MOMENTS))

    await surviveAll(voyage, moments.slice(0, LIVES), check, random)
    await settle(voyage, check)

    await annotate(`${LIVES} ends: ${tally(check)}; ${voyage.proxy.posted.length} orders posted`)
    // Something happened at all.
    expect(check.stories.filter(({ intent }) => intent.state === 'filled').length).toBeGreaterThan(3)

    const config = definePmConfig(BUSY_PM)
    await using store = await voyage.openStore()
    const positions = await store.positions('live@simulator')
    expect(positions.length).toBeGreaterThan(0)
    for (const row of positions) {
      const candles = await voyage.candles(row.instrument, row.lastBarTs ?? 0)
      expect(await signalProblems(store, row, candles, config)).toEqual([])
    }
  })
})
