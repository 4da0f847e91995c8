import { definePmConfig } from '@portolan/core'
import { describe, expect, it } from 'vitest'
import { startPostgres } from '../fixtures/postgres.ts'
import { BUSY_PM } from './support/busy-config.ts'
import { LedgerCheck } from './support/ledger-check.ts'
import type { Moment } from './support/moments.ts'
import { MOMENTS } from './support/moments.ts'
import { SeededRandom } from './support/seeded-random.ts'
import { signalProblems } from './support/signals-check.ts'
import { SimulatedVoyage } from './support/simulated-voyage.ts'
import { settle, surviveAll, tally } from './support/survive.ts'

/** For a campaign by hand: how many runners are ended, and another course of events. */
const LIVES = Number(process.env.PORTOLAN_E2E_LIVES ?? 0)
const SEED = Number(process.env.PORTOLAN_E2E_SEED ?? 1)

const SCOPE = 'live@simulator'
const FEW: readonly Moment[] = ['planned', 'answer-lost', 'fills-asked', 'booked']

interface Survival {
  /** What there was, in words. */
  readonly tale: string
  /** Where signals differ from those of a runner that never stopped. */
  readonly differences: readonly string[]
}

/** Ends runners at these moments, in any order, until there were enough. */
async function survive(voyage: SimulatedVoyage, moments: readonly Moment[]): Promise<Survival> {
  const random = new SeededRandom(SEED)
  const check = new LedgerCheck(SCOPE)
  const lives = LIVES || moments.length
  const ends: Moment[] = []
  while (ends.length < lives) ends.push(...random.shuffled(moments))

  await surviveAll(voyage, ends.slice(0, lives), check, random)
  await settle(voyage, check)

  const differences: string[] = []
  await using store = await voyage.openStore()
  for (const row of await store.positions(SCOPE)) {
    const candles = await voyage.candles(row.instrument, row.lastBarTs ?? 0)
    differences.push(...(await signalProblems(store, row, candles, definePmConfig(BUSY_PM))))
  }
  return { tale: `${lives} ends: ${tally(check)}; ${voyage.proxy.posted.length} orders posted`, differences }
}

describe('a runner that is killed and started again evaluates no bar twice, sends no order twice, and books what the venue executed, once', () => {
  it('with its books in a folder', { timeout: 240_000 + LIVES * 30_000 }, async ({ annotate }) => {
    await using voyage = await SimulatedVoyage.start({ seed: SEED, speed: 60 })
    const { tale, differences } = await survive(voyage, MOMENTS)
    expect(differences).toEqual([])
    await annotate(tale)
  })

  it('with its books in PostgreSQL', { timeout: 240_000 + LIVES * 30_000 }, async ({ annotate }) => {
    await using server = await startPostgres()
    const storeUrl = await server.createDatabase('voyage')
    await using voyage = await SimulatedVoyage.start({ seed: SEED + 1_000, speed: 60, storeUrl })
    const { tale, differences } = await survive(voyage, LIVES === 0 ? FEW : MOMENTS)
    expect(differences).toEqual([])
    await annotate(tale)
  })
})
