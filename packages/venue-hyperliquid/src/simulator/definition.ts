import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { defineSimulator } from '@portolan/core'
import { z } from 'zod'
import { faultList } from './faults/fault.ts'
import type { Limits } from './limits.ts'
import { startSimulator } from './start-simulator.ts'

const ADDRESS = z.string().regex(/^0x[0-9a-fA-F]{40}$/, 'must be an address: 0x and 40 hex digits')
const COUNT = z.int().nonnegative().optional()

/** Each limit of the venue that is not to be the venue's own. */
const LIMITS = z.strictObject({
  restWeight: COUNT,
  connections: COUNT,
  newConnectionsPerMinute: COUNT,
  subscriptions: COUNT,
  users: COUNT,
  messagesPerMinute: COUNT,
  pendingPosts: COUNT,
  addressBuffer: COUNT,
} satisfies Record<keyof Limits, typeof COUNT>)

/** Options of `portolan simulate hyperliquid` and of a config's simulator entry. */
const SCHEMA = z.strictObject({
  /** The same seed makes the same market. */
  seed: z.union([z.string(), z.int()]).default('portolan'),
  /** `first-sight` gives money to every account that signs or is asked for; `none` to nobody; or USD by address. */
  fund: z.union([z.enum(['first-sight', 'none']), z.record(ADDRESS, z.number().nonnegative())]).default('first-sight'),
  /** USD given on first sight. */
  fundUsd: z.number().nonnegative().default(100_000),
  /** Collateral given with it on every builder's dex. */
  fundDexUsd: z.number().nonnegative().default(10_000),
  /** Which signing source is accepted. */
  network: z.enum(['mainnet', 'testnet', 'any']).default('any'),
  /** The venue's rate limits, counted in simulated time, or none, or some of them changed. */
  limits: z.union([z.enum(['venue', 'off']), LIMITS]).default('venue'),
  /** How thick the books are; 0.01 makes for partial fills. */
  liquidity: z.number().positive().default(1),
  /** How far the venue's clock is off, ms. */
  skewMs: z.number().default(0),
  /** What goes wrong from the start. */
  faults: z.union([faultList, z.tuple([])]).default([]),
})

/** The simulated venue as the runner starts it. */
export const hyperliquidSimulator = defineSimulator({
  name: 'hyperliquid',
  contract: 1,
  options: SCHEMA,
  async start({ options, port, time, stateDirectory }) {
    if (stateDirectory !== null) await mkdir(stateDirectory, { recursive: true })
    const state = stateDirectory === null ? null : join(stateDirectory, 'hyperliquid-simulator.json')
    const simulator = await startSimulator({ ...options, limits: changed(options.limits), port, clock: time, state })
    return {
      announcement: {
        name: 'hyperliquid',
        url: simulator.url,
        wsUrl: simulator.wsUrl,
        port: simulator.port,
        seed: simulator.seed,
        speed: time.speed,
        fund: options.fund,
        network: options.network,
        // Lists the routes that steer it: faults, time, prices, accounts.
        controls: `${simulator.url}/simulator`,
      },
      venueOptions: {
        network: 'simulator',
        url: simulator.url,
        wsUrl: simulator.wsUrl,
        // A clock that stands still has no scale of its own.
        timeScale: time.speed > 0 ? time.speed : 1,
      },
      // The runner's clock is right; the venue's may be off.
      time: { ...simulator.clock.time, anchorMs: simulator.clock.time.anchorMs - options.skewMs },
      [Symbol.asyncDispose]: () => simulator.close(),
    }
  },
})

function changed(limits: z.output<typeof SCHEMA>['limits']): 'venue' | 'off' | Partial<Limits> {
  if (typeof limits === 'string') return limits
  return Object.fromEntries(Object.entries(limits).filter(([, limit]) => limit !== undefined))
}
