import type { SimulatorClock } from './clock.ts'
import { advance, delistCoin, pushPrice, stepEnd } from './engine/advance.ts'
import { EngineCore } from './engine/core.ts'
import type { EngineEvent } from './engine/events.ts'
import { AccountAccess } from './exchange/account-access.ts'
import { AddressBudget } from './exchange/address-budget.ts'
import type { Answer } from './exchange/answer.ts'
import type { Envelope } from './exchange/envelope.ts'
import { answerExchange } from './exchange/exchange-endpoint.ts'
import { Nonces } from './exchange/nonces.ts'
import { answerInfo } from './info/answer-info.ts'
import type { PrintedTrade } from './market/coin-market.ts'
import type { Market } from './market/market.ts'
import type { ResolvedOptions } from './options.ts'
import type { SimulatorState } from './state/simulator-state.ts'
import { captureState, restoreState } from './state/simulator-state.ts'
import { StateFile } from './state/state-file.ts'

/** A stretch of time that has just happened, for those who publish it. */
export interface Stretch {
  readonly from: number
  readonly to: number
  /** Accounts' own trades in it, in order of time. */
  readonly prints: readonly { readonly coin: string; readonly trade: PrintedTrade }[]
}

/** Who is told: of time that passed, at once; of what happened to accounts, once it is safe on disk. */
export interface Audience {
  onStretch(stretch: Stretch): void
  onEvents(events: readonly EngineEvent[]): void
}

/** Steps between two turns of the event loop while time is moved by hand. */
const STEPS_PER_TURN = 50

/** The simulated venue without its sockets: time, market, accounts, and the rule that nothing is told before it is saved. */
export class Kernel {
  readonly clock: SimulatorClock
  readonly core: EngineCore
  readonly access: AccountAccess
  readonly budget: AddressBudget
  readonly #nonces = new Nonces()
  readonly #network: ResolvedOptions['network']
  readonly #file: StateFile | undefined
  readonly #audience = new Set<Audience>()
  #prints: { coin: string; trade: PrintedTrade }[] = []
  #events: EngineEvent[] = []
  readonly #breathe: () => Promise<void>
  #failure: unknown

  /** @param breathe lets others have a turn while much time is passed at once. */
  constructor(
    market: Market,
    clock: SimulatorClock,
    options: ResolvedOptions,
    breathe: () => Promise<void>,
    restored?: SimulatorState,
  ) {
    this.clock = clock
    this.#breathe = breathe
    this.core = new EngineCore(market, clock.now())
    this.access = new AccountAccess(this.core.accounts, options.fund)
    this.budget = new AddressBudget(options.limits.addressBuffer)
    this.#network = options.network
    if (restored !== undefined) restoreState(restored, this.core, this.#nonces)
    this.access.openListed()
    this.#file =
      options.state === null ? undefined : new StateFile(options.state, () => captureState(this.core, this.#nonces))
    this.core.onEvent((event) => {
      if (event.kind === 'print') this.#prints.push(event)
      else this.#events.push(event)
    })
  }

  join(audience: Audience): void {
    this.#audience.add(audience)
  }

  /** Lets everything happen that the clock says has happened. With a budget (wall ms), what does not fit waits for the next call. */
  catchUp(budgetMs = Number.POSITIVE_INFINITY): void {
    const target = this.clock.now()
    const stop = budgetMs === Number.POSITIVE_INFINITY ? budgetMs : performance.now() + budgetMs
    while (this.core.now < target && (stop === Number.POSITIVE_INFINITY || performance.now() < stop)) this.#step(target)
    if (this.#events.length === 0) return
    this.#settle().catch((cause: unknown) => {
      this.#failure ??= cause
    })
  }

  /** Moves the clock and lets everything happen in between. */
  async advance(ms: number): Promise<void> {
    this.clock.advance(ms)
    const target = this.clock.now()
    for (let steps = 1; this.core.now < target; steps++) {
      this.#step(target)
      // Told as it happens, not all at the end.
      if (this.#events.length > 0) await this.#settle()
      if (steps % STEPS_PER_TURN === 0) await this.#breathe()
    }
    await this.#settle()
  }

  /** Answers a query. @throws as `answerInfo` does. */
  info(query: unknown): unknown {
    this.catchUp()
    this.#assertSaved()
    return answerInfo(this, query)
  }

  /** Carries out a signed request. The answer comes when its effects are on disk. */
  async exchange(envelope: Envelope): Promise<Answer> {
    this.catchUp()
    this.#assertSaved()
    const { core, access, budget } = this
    const answer = answerExchange(
      { core, access, budget, nonces: this.#nonces, network: this.#network, wallNow: () => this.clock.wallNow() },
      envelope,
    )
    this.#publish(core.now, core.now)
    await this.#settle(true)
    return answer
  }

  pushPrice(coin: string, price: number): Promise<void> {
    return this.intervene((core) => pushPrice(core, coin, price))
  }

  delist(coin: string): Promise<void> {
    return this.intervene((core) => delistCoin(core, coin))
  }

  /** Does something to the venue from outside; resolves when it is saved and told. */
  async intervene<Result>(act: (core: EngineCore) => Result): Promise<Result> {
    this.catchUp()
    const result = act(this.core)
    this.#publish(this.core.now, this.core.now)
    await this.#settle(true)
    return result
  }

  /** Saves what there is; for an orderly end. */
  async save(): Promise<void> {
    await this.#file?.save()
  }

  /** A venue that could not keep what happened must not go on as if it had. */
  #assertSaved(): void {
    if (this.#failure !== undefined) throw new Error('the simulator could not save its state', { cause: this.#failure })
  }

  #step(target: number): void {
    const from = this.core.now
    advance(this.core, stepEnd(this.core, from, target))
    this.#publish(from, this.core.now)
  }

  #publish(from: number, to: number): void {
    const prints = this.#prints
    this.#prints = []
    if (from === to && prints.length === 0) return
    for (const audience of this.#audience) audience.onStretch({ from, to, prints })
  }

  /** Saves, then tells. Without a state file it tells at once. */
  async #settle(changed = this.#events.length > 0): Promise<void> {
    const events = this.#events
    this.#events = []
    if (changed && this.#file !== undefined) await this.#file.save()
    if (events.length === 0) return
    for (const audience of this.#audience) audience.onEvents(events)
  }
}
