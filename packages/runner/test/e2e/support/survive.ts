import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { injectFaults } from './faults.ts'
import type { LedgerCheck } from './ledger-check.ts'
import type { Moment } from './moments.ts'
import { endAt } from './moments.ts'
import type { SeededRandom } from './seeded-random.ts'
import type { Voyage } from './voyage.ts'

/** From the first instruction to the first decision, wall ms. */
const START_MS = 60_000
const TRIES_TO_SETTLE = 10
/** Orders that a course of events must have filled to say anything. */
const FILLED_AT_LEAST = 4
/** What the log says of a position that met what it must never meet. */
const GIVEN_UP = /not followed any more/

/** Lets one runner after the other live until a moment and die there, while things go wrong, and looks at the books of each. */
export async function surviveAll(
  voyage: Voyage,
  moments: readonly Moment[],
  check: LedgerCheck,
  random: SeededRandom,
): Promise<void> {
  for (const [life, moment] of moments.entries()) {
    await using runner = voyage.run()
    const disturbed = runner.line(/ decision /, START_MS).then(
      (line) => line !== null && runner.isRunning && injectFaults(voyage.faults(runner), random),
      () => undefined,
    )
    await endAt(moment, runner, voyage, random)
    await disturbed
    expect(runner.stderr).not.toMatch(GIVEN_UP)
    voyage.faults(runner).clear()
    await using store = await voyage.openStore()
    const problems = await check.problems(store, await voyage.venueSide())
    expect(problems, `life ${life}, ended at ${moment}: ${runner.said()}`).toEqual([])
  }
}

/**
 * Lets a runner live in peace until its books and the venue's are the same, nothing is open, and some orders were filled. It is ended in between, since
 * only one process can look into a folder; an order may be under way then, and so it is tried a few times.
 */
export async function settle(voyage: Voyage, check: LedgerCheck): Promise<void> {
  for (let tries = 1; ; tries++) {
    const unsettled = [...(await look(voyage, check))]
    const filled = check.stories.filter(({ intent }) => intent.state === 'filled').length
    if (filled < FILLED_AT_LEAST) unsettled.push(`only ${filled} orders were filled`)
    if (unsettled.length === 0) return
    if (tries > TRIES_TO_SETTLE) expect(unsettled).toEqual([])
    await using runner = voyage.run()
    expect(await runner.line(/ decision /, START_MS), runner.said()).not.toBeNull()
    await sleep(2_000 + 1_500 * tries)
    expect(await runner.interrupt(), runner.said()).toEqual({ code: 0, signal: null })
    expect(runner.stderr).not.toMatch(GIVEN_UP)
  }
}

async function look(voyage: Voyage, check: LedgerCheck): Promise<readonly string[]> {
  await using store = await voyage.openStore()
  const venue = await voyage.venueSide()
  expect(await check.problems(store, venue)).toEqual([])
  return await check.unsettled(store, venue)
}

/** How often each state occurs, in words. */
export function tally(check: LedgerCheck): string {
  const counts = new Map<string, number>()
  for (const { intent } of check.stories) counts.set(intent.state, (counts.get(intent.state) ?? 0) + 1)
  const states = [...counts].map(([state, count]) => `${count} ${state}`).join(', ')
  return `${check.steps} steps, ${check.stories.length} intents (${states})`
}
