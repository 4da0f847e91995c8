import { instrumentId, parseDecimal } from '@portolan/core'
import { afterEach, expect, it } from 'vitest'
import type { PositionView, Runner } from '../../src/index.ts'
import { createLogger, createRunner, loadSetup } from '../../src/index.ts'
import { Project } from '../cli/command-line.ts'
import { HYPERLIQUID } from '../e2e/support/busy-config.ts'

const DEADLINE_MS = 120_000
const KEY = 'hyperliquid/perps'

let project: Project | null = null
afterEach(() => project?.[Symbol.dispose]())

/** Waits until the positions look as they should. Fails, showing them, when they do not. */
async function untilPositions(runner: Runner, are: (positions: readonly PositionView[]) => boolean): Promise<void> {
  const end = performance.now() + DEADLINE_MS / 2
  while (!are(runner.snapshot().positions)) {
    if (performance.now() > end)
      throw new Error(
        JSON.stringify(runner.snapshot().positions.map(({ instrument, data, gate }) => ({ instrument, data, gate }))),
      )
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
const live =
  (kind: 'stream' | 'poll', ...tokens: readonly string[]) =>
  (positions: readonly PositionView[]) =>
    tokens.every((token) =>
      positions.some(({ instrument, data }) => instrument === token && data?.kind === kind && data.status === 'live'),
    )

it('a position that is added while the runner runs is subscribed without a restart, polled where streams are used up, and says so', {
  timeout: DEADLINE_MS,
}, async () => {
  // Of four subscriptions one is kept for the account and one carries the mids.
  const limits = { subscriptions: 4, exitSubscriptionReserve: 1 }
  project = new Project({
    mode: 'paper',
    venues: [{ use: HYPERLIQUID, simulator: { speed: 60 }, options: { limits } }],
    majors: { venue: KEY, symbols: ['ETH'] },
    positions: [{ venue: KEY, token: 'BTC', timeframe: '1m', allocationUsd: 1000 }],
  })
  await using runner = createRunner({
    setup: await loadSetup({ cwd: project.directory }),
    simulators: true,
    logger: createLogger({ level: 'silent', pretty: false }),
  })
  await runner.start()
  await untilPositions(runner, live('stream', 'BTC'))
  expect(runner.snapshot().positions[0]?.data).toMatchObject({ name: 'trades', everyMs: null })

  const [first] = await runner.positions()
  if (first === undefined) throw new Error('there is no position')
  const add = (token: string) =>
    runner.store.addPosition(
      { scope: first.scope, venue: first.venue, label: first.label, instrument: instrumentId(token), timeframe: '1m' },
      parseDecimal('1000'),
    )
  await add('SOL')
  // It takes the stream of the major.
  await untilPositions(runner, live('stream', 'BTC', 'SOL'))
  await add('DOGE')
  await untilPositions(runner, live('poll', 'DOGE'))
  const doge = () => runner.snapshot().positions.find(({ instrument }) => instrument === 'DOGE')
  expect(doge()?.data).toMatchObject({ name: 'candleSnapshot', everyMs: 60_000 })
  await untilPositions(runner, () => doge()?.gate.state === 'open' && doge()?.price !== null)
  const budgets = runner.snapshot().venues[0]?.budgets.map(({ name }) => name.split(' ')[0])
  expect(budgets?.sort()).toEqual([
    'open-sockets',
    'rest-weight',
    'socket-connections',
    'socket-messages',
    'subscriptions',
  ])
})
