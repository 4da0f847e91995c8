import type { Outcome, SealedOrder } from '@portolan/core'
import { Exact, isFinal } from '@portolan/core'
import { describe, expect, it } from 'vitest'
import type { SolanaVenue } from '../../src/adapter/solana-venue.ts'
import type { SimulatorOptionsInput } from '../../src/simulator/index.ts'
import { NEVER, signal, World } from '../harness/simulated-venue.ts'

const SPEND = 100

/** Whether the request at which the process dies still goes out. */
type Death = 'before the request' | 'after the request'

interface Course {
  /** What is on disk: nothing before an order is sealed. */
  readonly sealed: SealedOrder | null
}

/** What fails without an effect is tried again, as the runner does. */
async function again<T>(action: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await action()
    } catch (error) {
      if (attempt === 20) throw error
    }
  }
}

/** Trades until the process dies at its n-th request. */
async function tradeUntil(world: World, at: number, death: Death): Promise<Course> {
  const venue = await again(() => world.adapter())
  let sealed: SealedOrder | null = null
  const died = Promise.withResolvers<void>()
  let requests = 0
  world.intercept = async (_what, go) => {
    requests += 1
    if (requests < at) return go()
    world.kill(venue)
    if (death === 'after the request') await go().catch(() => undefined)
    died.resolve()
    return NEVER
  }
  const trade = async () => {
    sealed = await again(() => {
      const order = world.order('ATLAS', 'buy', { usd: SPEND, through: 0.05 })
      return venue.execution.prepare(order, signal)
    })
    await venue.execution.submit(sealed, signal)
    await again(() => venue.account.fills(null, signal))
  }
  await world.run(Promise.race([trade(), died.promise]))
  world.kill(venue)
  world.intercept = (_what, go) => go()
  return { sealed }
}

/** A new process that has nothing but the sealed order. */
async function takeUp(
  world: World,
  sealed: SealedOrder,
): Promise<{ readonly venue: SolanaVenue; readonly outcome: Outcome }> {
  const venue = await again(() => world.adapter())
  for (let looks = 0; looks < 80; looks += 1) {
    const outcome = await world.run(
      venue.execution
        .lookup(sealed, signal)
        .catch((error: unknown) => ({ kind: 'unknown', message: String(error) }) as const),
    )
    if (isFinal(outcome)) return { venue, outcome }
    await world.pass(3_000)
  }
  throw new Error('its end was never known')
}

async function spent(world: World, venue: SolanaVenue): Promise<number> {
  const balances = await again(() => world.run(venue.account.balances(signal)))
  return new Exact(10_000).minus(balances.find(({ asset }) => asset === 'USDC')?.total ?? 'NaN').toNumber()
}

/** What is true in the end, and what should be. */
interface Account {
  readonly swaps: readonly string[]
  readonly spent: number
  readonly fills: readonly (string | null)[]
}
const UNTOUCHED: Account = { swaps: [], spent: 0, fills: [] }

async function end(at: number, death: Death, chain: SimulatorOptionsInput) {
  await using world = new World({ chain: { ...chain, seed: `${at} ${death}` } })
  const { sealed } = await tradeUntil(world, at, death)
  const taken = sealed === null ? null : await takeUp(world, sealed)
  // Whatever else happens: what was said to have expired does not land any more.
  await world.pass(90_000)
  const venue = taken?.venue ?? (await again(() => world.adapter()))
  const { fills } = await again(() => world.run(venue.account.fills(null, signal)))
  const found: Account = {
    swaps: (await world.executed()).map(({ signature }) => signature),
    spent: await spent(world, venue),
    fills: fills.map(({ sealedId }) => sealedId),
  }
  const kind = taken?.outcome.kind ?? 'nothing'
  const ids = kind === 'filled' && sealed !== null ? [sealed.id] : []
  const expected: Account = ids.length === 0 ? UNTOUCHED : { swaps: ids, spent: SPEND, fills: ids }
  return { kind, found, expected }
}

/** Requests from the beginning of a trade to its last fill, and some more. */
const PROFILES: Readonly<Record<string, { readonly requests: number; readonly chain: SimulatorOptionsInput }>> = {
  'a healthy network': { requests: 26, chain: {} },
  'a bad network': {
    requests: 44,
    chain: {
      faults: { dropped: 0.4, 'late-landing': 0.2, 'lost-reply': 0.15, 'lost-request': 0.1, 'status-500': 0.1 },
    },
  },
}

describe.each(Object.entries(PROFILES))('on %s, a process that dies', (_, { requests, chain }) => {
  it.each(['before the request', 'after the request'] as const)(
    '%s, at any of them, debits at most once and its successor knows',
    async (death) => {
      const ends = new Set<string>()
      for (let at = 1; at <= requests; at += 1) {
        const { kind, found, expected } = await end(at, death, chain)
        expect(found).toEqual(expected)
        ends.add(kind)
      }
      expect(ends).toContain('nothing')
      expect(ends).toContain('filled')
    },
    300_000,
  )
})
