import type { DecimalString } from '../../../src/amounts/decimal-string.ts'
import { decimalFrom, decimalFromNumber, Exact } from '../../../src/amounts/decimal-string.ts'
import type { Fee } from '../../../src/contract/outcome.ts'
import type {
  Booking,
  Intent,
  LearnedStrengths,
  OpenIntent,
  Plan,
  Planning,
  PmConfig,
  PositionState,
  SignalModel,
  TrendState,
} from '../../../src/pm/index.ts'
import {
  bookDust,
  bookFill,
  createPositionState,
  defaultPmConfig,
  planPositionAgain,
  stepPosition,
  universalPlanner,
} from '../../../src/pm/index.ts'
import type { ScriptedBar } from './signals.ts'
import { signalsOf } from './signals.ts'

const HOUR = 3_600_000
const NO_FEE: Fee = { in: 'quote', amount: '0' as DecimalString }

export interface PositionOptions {
  readonly A?: number
  readonly E?: number
  readonly allocationUsd?: number
  readonly learned?: LearnedStrengths
  readonly config?: PmConfig
}

export interface FillOptions {
  /** Default the close of the last bar. */
  readonly price?: number
  /** Share of the intent. Default 1. */
  readonly part?: number
  readonly fee?: Fee
  /** Default the end of the last bar. */
  readonly at?: number
}

/** A 1h position whose signals the test writes, bar by bar; everything after the signals is the real thing. */
export class ScriptedPosition {
  readonly state: PositionState
  A: number
  E: number
  openIntent: OpenIntent | null = null
  planning: Planning = 'all'
  #ts = 0
  #fills = 0
  #trend: TrendState | null = null
  #next: ScriptedBar = { state: 'S4' }
  readonly #allocationUsd: number
  readonly #learned: LearnedStrengths
  readonly #config: PmConfig
  readonly #signals: SignalModel = {
    create: () => null,
    advance: () => ({ signals: signalsOf(this.#next, this.#ts, this.#trend), bars: this.#ts / HOUR }),
    save: () => null,
    restore: () => null,
  }

  constructor(options: PositionOptions = {}) {
    const { A = 0.5, E = 0.5, allocationUsd = 1000, learned = {}, config = defaultPmConfig } = options
    this.A = A
    this.E = E
    this.#allocationUsd = allocationUsd
    this.#learned = learned
    this.#config = config
    this.state = createPositionState('1h', config, this.#signals)
  }

  /** End of the last bar, ms. */
  get now(): number {
    return this.#ts + HOUR
  }

  get history(): PositionState['history'] {
    return this.state.history
  }

  step(bar: ScriptedBar): Plan {
    this.#ts += HOUR
    this.#next = bar
    const { plan } = stepPosition({
      ...this.#request(),
      bar: { ts: this.#ts, open: 1, high: 1, low: 1, close: 1, volume: 0 },
    })
    this.#trend = bar.state
    return plan
  }

  /** Steps a bar that must plan an intent. */
  plan(bar: ScriptedBar): Intent {
    const plan = this.step(bar)
    if (plan.kind !== 'intent') throw new Error(`held: ${JSON.stringify(plan)}`)
    return plan.intent
  }

  again(): Plan {
    return planPositionAgain(this.#request())
  }

  fill(intent: Intent, options: FillOptions = {}): Booking {
    const { price = intent.close, part = 1, fee = NO_FEE, at = this.now } = options
    const whole = intent.reduceOnly
      ? new Exact(this.state.book.quantity).mul(intent.sizeFrac)
      : new Exact(intent.notionalUsd).div(price)
    const quantity = decimalFrom(whole.mul(part))
    return this.#book(intent, intent.reduceOnly ? 'sell' : 'buy', decimalFromNumber(price), quantity, fee, at)
  }

  /** Plans and fills in one go. */
  trade(bar: ScriptedBar, options: FillOptions = {}): Intent {
    const intent = this.plan(bar)
    this.fill(intent, options)
    return intent
  }

  external(side: 'buy' | 'sell', quantity: number, price: number): Booking {
    return this.#book(null, side, decimalFromNumber(price), decimalFromNumber(quantity), NO_FEE, this.now)
  }

  dust(): Booking {
    return bookDust(this.state, this.now, this.#config)
  }

  #book(
    intent: Intent | null,
    side: 'buy' | 'sell',
    price: DecimalString,
    quantity: DecimalString,
    fee: Fee,
    at: number,
  ): Booking {
    this.#fills++
    return bookFill(this.state, { id: `f${this.#fills}`, side, price, quantity, fee, at }, intent, this.#config)
  }

  #request(): Parameters<typeof planPositionAgain>[0] {
    return {
      state: this.state,
      A: this.A,
      E: this.E,
      allocationUsd: this.#allocationUsd,
      learned: this.#learned,
      openIntent: this.openIntent,
      planning: this.planning,
      config: this.#config,
      models: { signals: this.#signals, planner: universalPlanner },
    }
  }
}
