import { PERP_UNIVERSE } from '../reference/index.ts'
import { SimulatorClock } from './clock.ts'
import { ControlRoutes } from './control/control-routes.ts'
import type { AccountExecutions } from './control/execution-ledger.ts'
import { executions } from './control/execution-ledger.ts'
import type { AnswerFault, Fault, FrameFault } from './faults/fault.ts'
import { isAnswerFault, isFrameFault } from './faults/fault.ts'
import { FaultPlan } from './faults/fault-plan.ts'
import { Kernel } from './kernel.ts'
import { MinuteBudget } from './limits.ts'
import { Market } from './market/market.ts'
import type { ResolvedOptions } from './options.ts'
import type { HttpAsk } from './rest/http-gate.ts'
import { answerHttp } from './rest/http-gate.ts'
import { VenueRoutes } from './rest/http-routes.ts'
import type { Outcome } from './rest/reply.ts'
import type { SimulatorState } from './state/simulator-state.ts'
import type { Timers } from './timers.ts'
import type { SocketLink } from './websocket/session.ts'
import type { OpenSocket } from './websocket/socket-hub.ts'
import { SocketHub } from './websocket/socket-hub.ts'

/** The whole venue without sockets and without timers of its own: whoever carries it brings both. */
export class Simulation {
  readonly kernel: Kernel
  readonly #options: ResolvedOptions
  readonly #faults: FaultPlan
  readonly #hub: SocketHub
  readonly #routes: VenueRoutes
  readonly #control: ControlRoutes
  readonly #refuseConnections: (ms: number) => void

  /** @param refuseConnections makes the transport refuse whoever wants to connect, for so many wall ms. */
  constructor(
    options: ResolvedOptions,
    timers: Timers,
    refuseConnections: (ms: number) => void,
    restored?: SimulatorState,
  ) {
    const wall = options.wallClock()
    const clock = new SimulatorClock(
      {
        speed: options.clock.speed ?? 1,
        anchorWallMs: options.clock.anchorWallMs ?? wall,
        anchorMs: (options.clock.anchorMs ?? restored?.now ?? wall) + options.skewMs,
      },
      options.wallClock,
    )
    const market = new Market(options.seed, PERP_UNIVERSE, clock.now())
    if (options.liquidity !== 1) market.setLiquidity('*', options.liquidity)
    const { limits, idleCloseMs, onError } = options
    this.#options = options
    this.#refuseConnections = refuseConnections
    this.kernel = new Kernel(market, clock, options, () => timers.breathe(), restored)
    this.#faults = new FaultPlan(options.seed)
    const weights = new MinuteBudget(limits.restWeight)
    this.#routes = new VenueRoutes({ kernel: this.kernel, faults: this.#faults, weights, timers })
    this.#hub = new SocketHub({
      kernel: this.kernel,
      routes: this.#routes,
      faults: this.#faults,
      limits,
      timers,
      idleCloseMs,
      onError,
    })
    this.kernel.join(this.#hub)
    this.#control = new ControlRoutes(this)
    for (const fault of options.faults) this.addFault(fault)
  }

  /** Answers one HTTP request. */
  request(ask: HttpAsk): Promise<Outcome> {
    return answerHttp(ask, this.#routes, this.#control)
  }

  /** The HTTP status with which a peer's attempt to open a socket is refused; `undefined`: it may. Counts the attempt. */
  refusal(peer: string): string | undefined {
    return this.#hub.mayConnect(peer) ? undefined : '429 Too Many Requests'
  }

  /** A socket has been opened. */
  open(peer: string, link: SocketLink): OpenSocket {
    return this.#hub.open(peer, link)
  }

  /** Lets everything happen that is due. With a budget (wall ms), what does not fit waits for the next call. */
  tick(budgetMs?: number): void {
    this.kernel.catchUp(budgetMs)
    this.#hub.closeIdle()
  }

  addFault(fault: Fault): void {
    if (isAnswerFault(fault) || isFrameFault(fault)) this.#faults.add(fault)
    else if (fault.kind === 'drop-sockets') this.dropSockets()
    else if (fault.kind === 'expire-sockets') this.#hub.expireAll()
    else if (fault.kind === 'refuse-connections') this.refuseConnections(fault.ms)
    else if (fault.kind === 'clock-skew') this.kernel.clock.skew(fault.ms)
    else this.kernel.delist(fault.coin).catch(this.#options.onError)
  }

  clearFaults(): void {
    this.#faults.clear()
  }

  faults(): (AnswerFault | FrameFault)[] {
    return this.#faults.list()
  }

  dropSockets(): void {
    this.#hub.dropAll()
  }

  refuseConnections(ms: number): void {
    this.dropSockets()
    this.#refuseConnections(ms)
  }

  /** A control route, by itself. @throws with its text when it is refused. */
  async control(method: string, path: string, body?: unknown): Promise<unknown> {
    const { status, body: text } = await this.#control.answer(method, path, JSON.stringify(body) ?? '')
    if (status >= 400) throw new Error(`${method} ${path}: ${text}`)
    return JSON.parse(text)
  }

  /** As of now: what is due has happened first. */
  executions(): AccountExecutions[] {
    this.kernel.catchUp()
    return executions(this.kernel.core)
  }
}
