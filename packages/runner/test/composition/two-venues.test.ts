import { fileURLToPath } from 'node:url'
import { afterEach, expect, it } from 'vitest'
import { createLogger, createRunner, loadSetup } from '../../src/index.ts'
import { Project } from '../cli/command-line.ts'
import { BUSY_PM, HYPERLIQUID } from '../e2e/support/busy-config.ts'

const DEADLINE_MS = 180_000
const SOLANA = fileURLToPath(new URL('../../../venue-solana', import.meta.url))
const ATLAS = '7MdDkQbtv4cmsHsWZ95jGnko2aRPGvK1SwoFSNqPM3P8'

let project: Project | null = null
afterEach(() => project?.[Symbol.dispose]())

it('an exchange with an order book and a chain without one are traded by one loop, in one time, each on its own data', {
  timeout: DEADLINE_MS,
}, async () => {
  project = new Project({
    mode: 'live',
    venues: [
      { use: HYPERLIQUID, simulator: { speed: 60, seed: 7 } },
      { use: SOLANA, simulator: { speed: 60, seed: 7, slotMs: 2_000, fund: 'first-sight' } },
    ],
    positions: [
      { venue: 'hyperliquid/perps', token: 'BTC', timeframe: '1m', allocationUsd: 1000 },
      { venue: 'solana/onchain_crypto', token: ATLAS, timeframe: '1m', allocationUsd: 1000 },
    ],
    pm: BUSY_PM,
    bars: { graceMs: 20_000, historyBars: 100 },
  })
  await using runner = createRunner({
    setup: await loadSetup({ cwd: project.directory }),
    simulators: true,
    logger: createLogger({ level: 'silent', pretty: false }),
  })
  const filled = new Set<string>()
  const bothFilled = new Promise<void>((resolve) => {
    runner.onEvent((event) => {
      if (event.type === 'fill') filled.add(`${event.position.venue} ${event.position.name}`)
      if (filled.size === 2) resolve()
    })
  })
  await runner.start()
  await bothFilled
  expect([...filled].sort()).toEqual(['hyperliquid/perps BTC', 'solana/onchain_crypto ATLAS'])
  const { venues, positions } = runner.snapshot()
  expect(venues.map(({ key, network }) => [key, network])).toEqual([
    ['hyperliquid/perps', 'simulator'],
    ['solana/onchain_crypto', 'simulator'],
  ])
  expect(positions.map(({ data }) => data?.name)).toEqual(['trades', 'pool'])
})
