import { afterEach, expect, it } from 'vitest'
import type { Runner, RunnerEvent } from '../../src/index.ts'
import { createLogger, createRunner, loadSetup } from '../../src/index.ts'
import { Project } from '../cli/command-line.ts'
import { WAVE_VENUE } from './wave-venue.ts'

const HOUR = 3_600_000
/** An hour of the run in half a second. */
const SPEED = 7_200
const DEADLINE_MS = 120_000
const BTC = { venue: 'wave/spot', token: 'BTC' }

let project: Project | null = null
afterEach(() => project?.[Symbol.dispose]())

function wave(): Project {
  const made = new Project({
    mode: 'paper',
    venues: [{ use: './venue.ts' }],
    majors: { venue: 'wave/spot', symbols: ['BTC'] },
    positions: [{ ...BTC, timeframe: '1h', allocationUsd: 1000 }],
    pm: { regime: { timeframe: { macro: '1d', meso: '4h', micro: '1h' } } },
    clock: { speed: SPEED, anchorWallMs: Date.now(), anchorMs: Date.UTC(2026, 0, 10, 0, 30) },
  })
  made.write('venue.ts', WAVE_VENUE)
  project = made
  return made
}

async function runnerOf({ directory }: Project): Promise<Runner> {
  const runner = createRunner({
    setup: await loadSetup({ cwd: directory }),
    logger: createLogger({ level: 'silent', pretty: false }),
  })
  await runner.start()
  return runner
}

interface Decided {
  readonly a: number
  readonly e: number
  readonly scores: {
    readonly A: number
    readonly intentA: number
    readonly intentE: number
    readonly intent?: { readonly reason: string | null }
    readonly missing: readonly { readonly driver: string }[]
  }
}

/** The decision on the first bar that ends at or after a time, as it is in the store. */
async function decisionAt(runner: Runner, time: number): Promise<Decided> {
  const heard = Promise.withResolvers<string>()
  const listen = (event: RunnerEvent): void => {
    if (event.type === 'decision' && event.decision.barTs + HOUR >= time) heard.resolve(event.position.id)
  }
  using _stop = { [Symbol.dispose]: runner.onEvent(listen) }
  const id = await heard.promise
  const steps = await runner.store.steps(id, 20)
  const step = steps.findLast(({ barTs }) => barTs + HOUR >= time)
  return step?.decision as unknown as Decided
}

it('an intent delta counts in the very next decision, is named there, and ends with its time or when it is cleared', {
  timeout: DEADLINE_MS,
}, async () => {
  await using runner = await runnerOf(wave())
  const before = await decisionAt(runner, 0)
  expect(before.scores).toMatchObject({ intentA: 0, intentE: 0 })
  expect(new Set(before.scores.missing.map(({ driver }) => driver))).toContain('usdt_dominance')

  const row = await runner.setIntentDelta({ ...BTC, a: 0.1, e: -0.2, forMs: 4 * HOUR, reason: 'an upgrade' })
  const next = await decisionAt(runner, row.createdAt)
  expect(next.scores).toMatchObject({ intentA: 0.1, intentE: -0.2, intent: { reason: 'an upgrade' } })
  expect(next.a).toBe(next.scores.A)
  expect((await decisionAt(runner, row.expiresAt)).scores).toMatchObject({ intentA: 0, intentE: 0 })

  const again = await runner.setIntentDelta({ ...BTC, a: -0.1, forMs: 1_000 * HOUR })
  expect((await decisionAt(runner, again.createdAt)).scores.intentA).toBe(-0.1)
  const clearedAfter = runner.snapshot().at
  expect(await runner.clearIntentDelta(BTC)).toBe(true)
  const cleared = await decisionAt(runner, clearedAfter + HOUR)
  expect(cleared.scores).toMatchObject({ intentA: 0, intentE: 0 })
  expect(await runner.intentDeltas()).toEqual([])
})

it('the command line sets and clears it while a runner runs, in the time of that run', {
  timeout: DEADLINE_MS,
}, async () => {
  const folder = wave()
  await using runner = await runnerOf(folder)
  await decisionAt(runner, 0)
  const where = ['--venue', BTC.venue, '--token', BTC.token]
  const set = await folder.run(
    'intent-delta',
    'set',
    ...where,
    '--a',
    '0.15',
    '--for',
    '90d',
    '--reason',
    'told',
    '--json',
  )
  expect([set.code, set.stderr]).toEqual([0, ''])
  const next = await decisionAt(runner, runner.snapshot().at)
  expect(next.scores).toMatchObject({ intentA: 0.15, intent: { reason: 'told' } })
  const told = await folder.run('explain', '--decision', 'BTC/1h')
  expect(told.stdout).toMatch(/wave\/spot BTC 1h {2}bar /)
  expect(told.stdout).toMatch(/rules\n {2}\S+ +\S+/)
  expect(told.stdout).toMatch(/intent .*\+0\.150.*told/)
  expect(told.stdout).toContain('usdt_dominance macro: no-data')
  const clear = await folder.run('intent-delta', 'clear', ...where)
  expect([clear.code, clear.stderr]).toEqual([0, ''])
  expect((await decisionAt(runner, runner.snapshot().at + HOUR)).scores.intentA).toBe(0)
})

it('a runner that starts again shows the state, the scores and the decision of the last one', {
  timeout: DEADLINE_MS,
}, async () => {
  const folder = wave()
  const shown = async (wait: boolean) => {
    await using runner = await runnerOf(folder)
    if (wait) await decisionAt(runner, 0)
    return runner.snapshot().positions[0]
  }
  const last = await shown(true)
  expect(last).toMatchObject({ state: expect.stringMatching(/^S[0-4]$/), a: expect.any(Number), warmingUp: null })
  const first = await shown(false)
  expect(first?.lastDecision?.barTs).toBeGreaterThanOrEqual(last?.lastDecision?.barTs ?? Number.NaN)
  expect(first).toMatchObject({
    state: expect.stringMatching(/^S[0-4]$/),
    a: expect.any(Number),
    e: expect.any(Number),
    warmingUp: null,
  })
})
