import type { Clock } from '@portolan/core'
import type { Address } from '@solana/kit'
import { Chain } from './chain/chain.ts'
import { airdropSol, airdropUsdc } from './chain/faucet.ts'
import type { Journal, JournalRecord } from './chain/journal.ts'
import { ControlRoutes } from './control/control-routes.ts'
import { FaultPlan } from './faults/fault-plan.ts'
import { GeckoService } from './gecko/gecko-service.ts'
import { Gateway } from './http/gateway.ts'
import { ServiceLimits } from './http/limits.ts'
import type { Outcome, Request } from './http/reply.ts'
import { text } from './http/reply.ts'
import { JupiterService } from './jupiter/jupiter-service.ts'
import { OrderBook } from './jupiter/order-book.ts'
import { seedOf, uniform } from './market/noise.ts'
import type { SimulatorOptions } from './options.ts'
import { SessionHub } from './pubsub/session-hub.ts'
import { NodeView } from './rpc/node-view.ts'
import type { RpcContext } from './rpc/rpc-context.ts'
import { RpcService } from './rpc/rpc-service.ts'

const MOST_PRIORITY_PRICE = 50_000

/** Time as the simulated chain needs it. */
export type ChainClock = Pick<Clock, 'now' | 'sleep'>

export interface SimulatedWorldParts {
  readonly options: SimulatorOptions
  readonly clock: ChainClock
  /** What was kept of an earlier life, and where this one is written to. */
  readonly saved?: { readonly records: Iterable<JournalRecord>; readonly journal: Journal }
  /** Moves the clock, where somebody may. */
  readonly advanceClock?: (ms: number) => Promise<void>
}

/** The chain with everything that speaks for it, without sockets and timers: requests come in as values, time is read from a clock. */
export class SimulatedWorld {
  readonly chain: Chain
  readonly nodes: readonly NodeView[]
  readonly faults: FaultPlan
  readonly sessions: SessionHub
  readonly #clock: ChainClock
  readonly #gateway: Gateway
  readonly #rpc: RpcService
  readonly #jupiter: JupiterService
  readonly #gecko: GeckoService
  readonly #control: ControlRoutes

  constructor({ options, clock, saved, advanceClock }: SimulatedWorldParts) {
    const chain = new Chain({ ...options, now: clock.now() })
    let isNew = true
    if (saved !== undefined) {
      const records = [...saved.records]
      isNew = records.length === 0
      chain.resume(records, saved.journal)
    }
    if (isNew && options.fund !== 'first-sight') fund(chain, options.fund)
    this.chain = chain
    this.#clock = clock
    this.faults = new FaultPlan(options.faults, options.seed)
    this.nodes = options.nodes.map(({ lagSlots }, index) => new NodeView(chain, index, lagSlots))
    const seed = seedOf(options.seed, 'priority')
    const priorityPrice = (slot: number) => Math.floor(uniform(seed, slot) ** 3 * MOST_PRIORITY_PRICE)
    const onBalance = options.fund === 'first-sight' ? (at: Address) => fundNewcomer(chain, at) : () => undefined
    const faults = this.faults
    const contexts: RpcContext[] = this.nodes.map((node) => ({ chain, node, faults, priorityPrice, onBalance }))
    const now = () => clock.now()
    this.#gateway = new Gateway({
      faults: this.faults,
      limits: new ServiceLimits(options.limits === 'venue'),
      now,
      sleep: (ms) => clock.sleep(ms),
    })
    this.#rpc = new RpcService(contexts)
    this.#jupiter = new JupiterService({ chain, faults: this.faults, orders: new OrderBook(), now })
    this.#gecko = new GeckoService(chain, now)
    this.sessions = new SessionHub(contexts, this.faults)
    chain.join(this.sessions)
    this.#control = new ControlRoutes({
      world: this,
      now,
      ...(advanceClock === undefined ? {} : { advanceClock }),
    })
  }

  /** Lets everything happen that the clock says has happened. */
  catchUp(): void {
    this.chain.advanceTo(this.#clock.now())
  }

  /** Answers one HTTP request. */
  async answer(request: Request): Promise<Outcome> {
    this.catchUp()
    const path = request.url.pathname
    if (path.startsWith('/simulator/')) return await this.#control.answer(request)
    if (this.#rpc.nodeAt(path) !== undefined) return await this.#gateway.answer(this.#rpc, request)
    if (this.#jupiter.serves(path)) return await this.#gateway.answer(this.#jupiter, request)
    if (this.#gecko.serves(path)) return await this.#gateway.answer(this.#gecko, request)
    return text(404, '')
  }

  /** The number of the node that a path of a WebSocket leads to. */
  nodeAt(path: string): number | undefined {
    return this.#rpc.nodeAt(path)
  }
}

type Gifts = Exclude<SimulatorOptions['fund'], 'first-sight'>

/** For whoever is not on the chain yet. */
const NEWCOMER = { sol: 10, usdc: 10_000 }

function fundNewcomer(chain: Chain, at: Address): void {
  if (chain.read(at) === undefined) fund(chain, { [at]: NEWCOMER })
}

function fund(chain: Chain, gifts: Gifts): void {
  for (const [to, { sol, usdc }] of Object.entries(gifts) as [keyof typeof gifts, { sol: number; usdc: number }][]) {
    if (sol > 0) airdropSol(chain, to, BigInt(Math.round(sol * 1e9)))
    if (usdc > 0) airdropUsdc(chain, to, BigInt(Math.round(usdc * 1e6)))
  }
}
