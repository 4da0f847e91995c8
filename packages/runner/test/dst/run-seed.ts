import { createHash } from 'node:crypto'
import type { Clock } from '@portolan/core'
import { seededRandom } from '../../src/lookahead/seeded-random.ts'
import { withChanceFromSeed } from './chance-from-seed.ts'
import type { FaultRates } from './fault-rates.ts'
import { drawRates } from './fault-rates.ts'
import { hyperliquidMarket } from './hyperliquid-market.ts'
import { brokenInvariants, notFlat } from './invariants.ts'
import { provideKeys } from './keys.ts'
import type { SimulatedMarket } from './simulated-market.ts'
import { simulatedSetup } from './simulated-setup.ts'
import { solanaMarket } from './solana-market.ts'
import type { Sabotage } from './world.ts'
import { World } from './world.ts'

/** A person has all sold off at the end of some seeds. */
const FLATTEN_MINUTES = 3

/** Loss limits that are passed soon. */
const TIGHT = { dailyLossUsd: 2, onBreach: 'halt' } as const

/** How one seed went. */
export interface SeedResult {
  readonly seed: number
  /** What was broken, in sentences. */
  readonly problems: readonly string[]
  readonly crashes: number
  readonly refusedStarts: number
  readonly zombies: number
  readonly intents: number
  readonly fills: number
  readonly rates: FaultRates
  /** Of everything on disk and at the venues at the end: the same seed gives the same. */
  readonly fingerprint: string
  readonly log: readonly string[]
}

export interface SeedOptions {
  readonly seed: number
  /** Simulated minutes with faults. Default 20. */
  readonly minutes?: number
  /** Simulated minutes without, after them. Default 8. */
  readonly recoveryMinutes?: number
  /** Default: drawn from the seed. */
  readonly rates?: Partial<FaultRates>
  readonly sabotage?: Sabotage
  /** Default `mixed`: both in every tenth seed, else the one that is quick to simulate. */
  readonly venues?: 'hyperliquid' | 'solana' | 'both' | 'mixed'
  readonly verbose?: boolean
}

/** Runs one world from its seed to its end and says what was broken in it. */
export function runSeed(options: SeedOptions): Promise<SeedResult> {
  return withChanceFromSeed(options.seed, () => runWorld(options))
}

async function runWorld(options: SeedOptions): Promise<SeedResult> {
  provideKeys()
  const { seed, minutes = 20, recoveryMinutes = 8, sabotage, verbose } = options
  const rates = { ...drawRates(seededRandom(seed ^ 0x5eed)), ...options.rates }
  const world = await World.create({
    seed,
    rates,
    markets: (clock) => marketsOf(options.venues ?? 'mixed', clock, seed),
    setup: (markets) =>
      simulatedSetup(markets, {
        planner: seed % 8 === 0 ? 'universal' : 'chatty',
        ...(seed % 5 === 0 ? { config: { risk: TIGHT } } : {}),
      }),
    ...(sabotage === undefined ? {} : { sabotage }),
    ...(verbose === undefined ? {} : { verbose }),
  })
  try {
    await world.live(minutes)
    if (world.words.at(-1)?.state !== 'active') await world.order('active', false)
    await world.recover(recoveryMinutes)
    const problems = await brokenInvariants(world)
    if (seed % 3 === 0 && sabotage === undefined) {
      await world.order('halted', true)
      await world.live(FLATTEN_MINUTES)
      problems.push(...(await brokenInvariants(world)), ...notFlat(world))
    }
    const intents = await world.disk.intents(world.scope, 1_000_000)
    const fills = world.markets.flatMap((market) => market.books().fills)
    const stories = await Promise.all(intents.map(({ id }) => world.disk.story(id)))
    return {
      seed,
      problems,
      crashes: world.crashes,
      refusedStarts: world.refusedStarts,
      zombies: world.zombies,
      intents: intents.length,
      fills: fills.length,
      rates,
      fingerprint: createHash('sha256')
        .update(JSON.stringify([stories, fills, world.sent]))
        .digest('hex'),
      log: world.log,
    }
  } finally {
    world.end()
  }
}

function marketsOf(which: NonNullable<SeedOptions['venues']>, clock: Clock, seed: number): readonly SimulatedMarket[] {
  const venues = which !== 'mixed' ? which : seed % 10 === 0 ? 'both' : 'hyperliquid'
  return [
    ...(venues === 'solana' ? [] : [hyperliquidMarket(clock, seed)]),
    ...(venues === 'hyperliquid' ? [] : [solanaMarket(clock, seed)]),
  ]
}
