import type { Address } from '@solana/kit'
import { address, isAddress } from '@solana/kit'
import { z } from 'zod'
import { associatedAccount } from '../chain/addresses.ts'
import { airdropSol, airdropUsdc } from '../chain/faucet.ts'
import { decodeTokenAccount, withFrozen } from '../chain/token-layout.ts'
import { FAULT_SCHEMA } from '../faults/fault.ts'
import type { Reply, Request } from '../http/reply.ts'
import { json } from '../http/reply.ts'
import type { Pool } from '../market/pool.ts'
import type { SimulatedWorld } from '../world.ts'
import { executedSwaps } from './execution-ledger.ts'

/** What the control routes steer. */
export interface ControlParts {
  readonly world: SimulatedWorld
  /** Simulated ms. */
  readonly now: () => number
  readonly advanceClock?: (ms: number) => Promise<void>
}

const ADDRESS = z
  .string()
  .refine((text) => isAddress(text), 'must be an address')
  .transform((text): Address => address(text))
const NODE = z.strictObject({ node: z.int().min(0).optional() })
const UNITS = z.number().min(0).max(1e9).default(0)

const BODIES = {
  clock: z.strictObject({ advanceMs: z.number().nonnegative() }),
  faults: z.union([z.array(FAULT_SCHEMA).min(1), FAULT_SCHEMA.transform((fault) => [fault])]),
  nodes: z.strictObject({ node: z.int().min(0).default(0), lagSlots: z.int().min(0).max(500) }),
  price: z.strictObject({
    mint: ADDRESS,
    factor: z.number().positive().optional(),
    price: z.number().positive().optional(),
  }),
  drain: z.strictObject({ mint: ADDRESS, factor: z.number().positive().default(1e-6) }),
  freeze: z.strictObject({ owner: ADDRESS, mint: ADDRESS, frozen: z.boolean().default(true) }),
  airdrop: z.strictObject({ address: ADDRESS, sol: UNITS, usdc: UNITS }),
} as const

/**
 * The simulator's own paths, which no service has: `GET /simulator/executions`, `GET|POST /simulator/clock`,
 * `GET|POST|DELETE /simulator/faults`, `GET|POST /simulator/nodes` (lag), `POST /simulator/half-open`, `POST /simulator/drop-sockets`,
 * `POST /simulator/price` (a jump, in the slot that is answered), `POST /simulator/drain`, `POST /simulator/freeze`, `POST /simulator/airdrop`.
 */
export class ControlRoutes {
  readonly #parts: ControlParts

  constructor(parts: ControlParts) {
    this.#parts = parts
  }

  async answer({ method, url, body }: Request): Promise<Reply> {
    try {
      return await this.#carryOut(`${method} ${url.pathname}`, body)
    } catch (error) {
      if (error instanceof z.ZodError) return json({ error: z.prettifyError(error) }, 400)
      if (error instanceof ControlError) return json({ error: error.message }, 400)
      throw error
    }
  }

  async #carryOut(route: string, body: string): Promise<Reply> {
    const { world, advanceClock } = this.#parts
    switch (route) {
      case 'GET /simulator/executions':
        return json(executedSwaps(world.chain))
      case 'GET /simulator/clock':
        return this.#clock()
      case 'POST /simulator/clock':
        if (advanceClock === undefined) throw new ControlError('this chain does not move its clock itself')
        await advanceClock(BODIES.clock.parse(parsed(body)).advanceMs)
        return this.#clock()
      case 'GET /simulator/faults':
        return json(world.faults.list())
      case 'POST /simulator/faults':
        for (const fault of BODIES.faults.parse(parsed(body))) world.faults.add(fault)
        return json(world.faults.list())
      case 'DELETE /simulator/faults':
        world.faults.clear()
        return json([])
      case 'GET /simulator/nodes':
        return this.#nodes()
      case 'POST /simulator/nodes':
        return this.#lag(BODIES.nodes.parse(parsed(body)))
      case 'POST /simulator/half-open':
        return json({ silenced: world.sessions.silence(NODE.parse(parsed(body)).node) })
      case 'POST /simulator/drop-sockets':
        return json({ dropped: world.sessions.drop(NODE.parse(parsed(body)).node) })
      case 'POST /simulator/price':
        return this.#price(BODIES.price.parse(parsed(body)))
      case 'POST /simulator/drain':
        return this.#drain(BODIES.drain.parse(parsed(body)))
      case 'POST /simulator/freeze':
        return this.#freeze(BODIES.freeze.parse(parsed(body)))
      case 'POST /simulator/airdrop':
        return this.#airdrop(BODIES.airdrop.parse(parsed(body)))
      default:
        return json({ error: `no such control: ${route}` }, 404)
    }
  }

  #clock(): Reply {
    const { chain } = this.#parts.world
    return json({ now: this.#parts.now(), slot: chain.tip, blockHeight: chain.slots.heightOf(chain.tip) })
  }

  #nodes(): Reply {
    return json(this.#parts.world.nodes.map(({ index, lag }) => ({ node: index, lagSlots: lag })))
  }

  #lag({ node, lagSlots }: { node: number; lagSlots: number }): Reply {
    const view = this.#parts.world.nodes[node]
    if (view === undefined) throw new ControlError(`no node ${node}`)
    view.lag = lagSlots
    return this.#nodes()
  }

  #price({ mint, factor, price }: { mint: Address; factor?: number | undefined; price?: number | undefined }): Reply {
    const pool = this.#pool(mint)
    const { chain } = this.#parts.world
    const wanted = factor ?? (price === undefined ? undefined : price / pool.priceAt(chain.tip))
    if (wanted === undefined) throw new ControlError('expected "factor" or "price"')
    const slot = pool.stepAfter(chain.tip)
    chain.disturb(pool, { kind: 'jump', slot, ms: chain.slots.timeOf(slot), factor: wanted })
    return json({ mint, pool: pool.address, slot, price: pool.priceAt(slot) })
  }

  #drain({ mint, factor }: { mint: Address; factor: number }): Reply {
    const pool = this.#pool(mint)
    const { chain } = this.#parts.world
    const slot = pool.stepAfter(chain.tip)
    chain.disturb(pool, { kind: 'drain', slot, factor })
    return json({ mint, pool: pool.address, slot, liquidityUsd: pool.liquidityAt(slot) })
  }

  #freeze({ owner, mint, frozen }: { owner: Address; mint: Address; frozen: boolean }): Reply {
    const { chain } = this.#parts.world
    const program = chain.read(mint)?.owner
    const at = program === undefined ? undefined : associatedAccount(owner, mint, program)
    const state = at === undefined ? undefined : chain.read(at)
    if (at === undefined || state === undefined || decodeTokenAccount(state) === undefined) {
      throw new ControlError('there is no such token account')
    }
    chain.overwrite(at, withFrozen(state, frozen))
    return json({ account: at, frozen })
  }

  #airdrop({ address: to, sol, usdc }: { address: Address; sol: number; usdc: number }): Reply {
    const { chain } = this.#parts.world
    return json({
      solSignature: sol === 0 ? null : airdropSol(chain, to, BigInt(Math.round(sol * 1e9))),
      usdcSignature: usdc === 0 ? null : airdropUsdc(chain, to, BigInt(Math.round(usdc * 1e6))),
    })
  }

  #pool(mint: Address): Pool {
    const pool = this.#parts.world.chain.pools.find(({ token }) => token.mint === mint)
    if (pool === undefined) throw new ControlError(`no pool of ${mint}`)
    return pool
  }
}

class ControlError extends Error {
  override readonly name = 'ControlError'
}

function parsed(body: string): unknown {
  if (body === '') return {}
  try {
    return JSON.parse(body)
  } catch {
    throw new ControlError('the body is no JSON')
  }
}
