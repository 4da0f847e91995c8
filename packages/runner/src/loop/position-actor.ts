import type { Bar, Fill, Intent, SizingResult } from '@portolan/core'
import { Exact, operatorExit, planPositionAgain, stepPosition, TIMEFRAME_MS } from '@portolan/core'
import type { NextOrder } from '../execution/another-order.ts'
import type { FillBook } from '../execution/followed-order.ts'
import type { IntentEnd, IntentJob, OrderDesk } from '../execution/order-desk.ts'
import type { IntentRow, NewIntent, OrderRow, PositionRow, StoredFill } from '../store/store.ts'
import { StoreError } from '../store/store.ts'
import { bookedOf } from './booked-of.ts'
import { describeDecision } from './describe-decision.ts'
import { decisionRecord, newIntent, orderOf } from './intent-record.ts'
import { planOf } from './plan-of.ts'
import type { Draft, LedgerEntry } from './position-ledger.ts'
import { PositionLedger } from './position-ledger.ts'
import type { ActiveIntent, PositionScores, PositionSurroundings, StepView } from './position-surroundings.ts'
import { SerialQueue } from './serial-queue.ts'
import { shownName } from './shown-name.ts'
import { sizeIntent } from './size-intent.ts'
import { openIntentOf, planningFor, sideOf } from './step-permission.ts'

/** How long after an attempt to do what a person ordered the next one is made, ms. */
const ORDERED_AGAIN_MS = 5_000

/**
 * One position: evaluates its closed bars one after the other, each once. Everything that changes its state runs in one queue; its orders
 * are followed beside it, so that bars go on being evaluated while an order is open.
 */
export class PositionActor {
  readonly #ledger: PositionLedger
  readonly #deps: PositionSurroundings
  readonly #queue: SerialQueue
  #active: ActiveIntent | null = null
  #last: StepView | null = null
  #problem: string | null = null
  #exitWaits = false
  #flattenAgainAt = Number.NEGATIVE_INFINITY
  #withdrawAgainAt = Number.NEGATIVE_INFINITY

  constructor(row: PositionRow, deps: PositionSurroundings) {
    this.#deps = deps
    this.#ledger = new PositionLedger(row, deps)
    // What a former run could not send waits still.
    const { history, figures } = this.#ledger.state
    this.#exitWaits = history.exitDue !== null && figures.quantity > 0
    this.#queue = new SerialQueue(deps.activity, (error) => this.#stopOn(error))
  }

  get row(): PositionRow {
    return this.#ledger.row
  }
  /** How its instrument is called on screen. */
  get name(): string {
    return shownName(this.row.instrument, this.#deps.instrument())
  }
  /** Bars seen so far. */
  get bars(): number {
    return this.#ledger.state.bars
  }
  get active(): ActiveIntent | null {
    return this.#active
  }
  get last(): StepView | null {
    return this.#last
  }
  /** Why this position is not followed any more; `null` while all is well. */
  get problem(): string | null {
    return this.#problem
  }

  /** When the trade that is going on began, venue time in ms; `null` while nothing is held. */
  get openedAt(): number | null {
    return this.#ledger.state.book.trade?.openedAt ?? null
  }
  /** An exit is due, and nothing of it was planned on the last bar: something was open, or nothing could be sent. */
  get exitWaits(): boolean {
    return this.#exitWaits && this.#active === null && this.#problem === null
  }

  setPaused(paused: boolean): void {
    this.#ledger.setPaused(paused)
  }

  /** Takes closed bars of the position's timeframe, oldest first; those evaluated before are passed over. */
  onBars(bars: readonly Bar[]): Promise<void> {
    const scores = this.#deps.scores()
    return this.#queue.push(async () => {
      const last = this.row.lastBarTs
      const fresh = last === null ? bars : bars.filter((bar) => bar.ts > last)
      for (const [index, bar] of fresh.entries()) {
        if (this.#problem !== null || this.#deps.signal.aborted) return
        await this.#evaluate(bar, index === fresh.length - 1, scores)
      }
    })
  }

  /**
   * Makes the state anew from bars that were mended after they had been stepped, and writes it. `read` gives all bars up to one, ms, that one included. Rejects
   * when they cannot be read: the state stays as it was.
   */
  rebuild(read: (until: number) => Promise<readonly Bar[]>): Promise<void> {
    return this.#inQueue(async () => {
      const { lastBarTs } = this.row
      if (this.#problem !== null || lastBarTs === null) return
      await this.#ledger.rebuild(await read(lastBarTs))
    })
  }

  /**
   * Stops this position for as long as somebody changes it together with others: `entered` when it stands still. Whoever holds several of them asks all in
   * one turn, so that two who do so never wait for each other.
   */
  hold(): { readonly entered: Promise<PositionLedger>; readonly release: () => void } {
    const entered = Promise.withResolvers<PositionLedger>()
    const released = Promise.withResolvers<void>()
    void this.#queue.push(() => {
      entered.resolve(this.#ledger)
      return released.promise
    })
    return { entered: entered.promise, release: () => released.resolve() }
  }

  /** A change that was booked while this position was held is true now. */
  applied(draft: Draft): void {
    this.#ledger.apply(draft)
    for (const fill of draft.booking.fills) this.#deps.listener.onFill(this, fill, draft.booking.intentId)
    if (draft.closed !== null) this.#deps.listener.onTradeClosed(this, draft.closed)
  }

  /** Takes up an intent that a former run left open, with the fills of this position. */
  resume(intent: IntentRow, orders: readonly OrderRow[], fills: readonly StoredFill[]): void {
    const plan = planOf(intent)
    if (plan === null) {
      this.#stopOn(new Error(`the plan of its open intent ${intent.id} cannot be read`))
      return
    }
    const ours = fills.filter((fill) => fill.intentId === intent.id)
    const active: ActiveIntent = { id: intent.id, plan, booked: bookedOf(ours), ordered: plan.rule === 'operator' }
    this.#active = active
    const left = { state: intent.state, orders }
    this.#run(active, (desk) => desk.resume(this.#job(active), left, (order) => bookedOf(ours, order, orders)))
  }

  /** Plans the exit that waits, on the last bar, unless nothing can be sent or that bar has an intent. */
  planWaitingExit(): Promise<void> {
    return this.#queue.push(() => this.#planWaitingExit())
  }

  /** Sells off what is held, as a person or a loss limit ordered; to be called again and again, for what is left or comes in later. */
  flatten(): Promise<void> {
    return this.#queue.push(() => this.#flatten())
  }

  /** Has what rests of an entry cancelled; to be called again and again until that is at its end. */
  withdrawEntry(): void {
    const active = this.#active
    const now = this.#deps.clock.now()
    if (active === null || sideOf(active.plan) === 'sell' || now < this.#withdrawAgainAt) return
    this.#withdrawAgainAt = now + ORDERED_AGAIN_MS
    this.#deps.desk?.cancel(active.id)
  }

  async #evaluate(bar: Bar, newest: boolean, scoresAt: PositionScores): Promise<void> {
    const { clock, config, models } = this.#deps
    const scores = await scoresAt(bar.ts + TIMEFRAME_MS[this.row.timeframe], newest)
    const at = clock.now()
    const gate = this.#deps.gate(at)
    const before = this.row
    const { timeframe, paused } = before
    const step = stepPosition({
      state: this.#ledger.state,
      bar,
      A: scores.a,
      E: scores.e,
      learned: this.#deps.learned(),
      config,
      models,
      allocationUsd: Number(before.allocationUsd),
      openIntent: openIntentOf(this.#active?.plan ?? null),
      planning: planningFor({
        newest,
        ts: bar.ts,
        timeframe,
        now: at,
        gate,
        paused: paused || scores.refused !== undefined,
      }),
    })
    const { plan } = step
    if (plan.cancelResting && this.#active !== null) this.#deps.desk?.cancel(this.#active.id)
    // Bars of the past only advance the state; they are written with the newest one, and evaluated again after a crash in between.
    if (!newest) return
    this.#warnOfRefusals(bar, scores.refused, plan.kind === 'hold' ? plan.refused : undefined)
    const sizing = plan.kind === 'intent' ? this.#size(plan.intent) : null
    const { bars } = step.state
    const warmingUp = step.signals === null ? { seen: bars, needed: config.indicators.warmupBars } : null
    const decision = describeDecision({ barTs: bar.ts, warmingUp, plan, gate, sizing })
    const view: StepView = { bar, step, scores, gate, sizing, decision, before }
    const intent = plan.kind === 'intent' ? newIntent(before.id, plan.intent, view) : null
    await this.#ledger.recordStep({ barTs: bar.ts, at, decision: decisionRecord(view), intent })
    this.#last = view
    this.#exitWaits = intent === null && step.state.history.exitDue !== null && step.state.figures.quantity > 0
    this.#deps.listener.onStep(this, view)
    if (plan.kind === 'intent' && intent !== null) this.#act(plan.intent, intent, sizing)
  }

  /** What models of the config answered and could not be taken. */
  #warnOfRefusals(bar: Bar, ...reasons: readonly (string | undefined)[]): void {
    for (const reason of reasons) {
      if (reason === undefined) continue
      this.#deps.logger.warn('a model of the config failed', { position: this.row.id, barTs: bar.ts, reason })
    }
  }

  async #planWaitingExit(): Promise<void> {
    const { clock, config, models, gate: gateAt, scores: scoresNow, learned, price, signal } = this.#deps
    const { state, row } = this.#ledger
    const { lastBarTs, timeframe } = row
    if (this.#active !== null || this.#problem !== null || signal.aborted) return
    if (state.history.exitDue === null || lastBarTs === null || state.lastTs !== lastBarTs) return
    // The close of the bar may be long past: what is sold now is sold at a price that is known now.
    if (price() === null) return
    const gate = gateAt(clock.now())
    if (gate.state === 'closed') return
    const scores = await scoresNow()(lastBarTs + TIMEFRAME_MS[timeframe], true)
    const plan = planPositionAgain({
      state,
      A: scores.a,
      E: scores.e,
      learned: learned(),
      config,
      models,
      allocationUsd: Number(row.allocationUsd),
      planning: 'exits-only',
    })
    this.#exitWaits = false
    if (plan.kind !== 'intent') return
    const sizing = this.#size(plan.intent)
    const intent = newIntent(row.id, plan.intent, { sizing, gate, scores })
    if (await this.#ledger.recordPlan(lastBarTs, intent)) this.#act(plan.intent, intent, sizing)
  }

  async #flatten(): Promise<void> {
    const { clock, config, saleGate, price, scores: scoresNow, signal } = this.#deps
    const active = this.#active
    if (this.#problem !== null || signal.aborted) return
    if (active !== null) {
      // An exit that waits for a halt to end is what was ordered.
      if (sideOf(active.plan) === 'sell') active.ordered = true
      return
    }
    const now = clock.now()
    const newest = price()
    if (now < this.#flattenAgainAt || newest === null || !new Exact(this.row.quantity).gt(0)) return
    const gate = saleGate(now)
    if (gate.state === 'closed') return
    this.#flattenAgainAt = now + ORDERED_AGAIN_MS
    // No bar opens at such a time: the intent takes no bar's place.
    const at = now % 1_000 === 0 ? now + 1 : now
    const plan = operatorExit(this.#ledger.state, { at, price: Number(newest) }, config)
    const sizing = this.#size(plan)
    if (sizing.kind === 'skip') return
    const intent = newIntent(this.row.id, plan, { sizing, gate, scores: await scoresNow()(now, false) })
    if (await this.#ledger.recordPlan(at, intent, 'ordered')) this.#act(plan, intent, sizing)
  }

  #act(plan: Intent, intent: NewIntent, sizing: SizingResult | null): void {
    const active: ActiveIntent = { id: intent.id, plan, booked: new Exact(0), ordered: plan.rule === 'operator' }
    if (sizing === null || sizing.kind === 'skip') {
      this.#deps.listener.onIntent(this, active, { state: 'skipped', reason: intent.stateReason ?? null })
      return
    }
    this.#active = active
    this.#deps.listener.onIntent(this, active, null)
    const request = orderOf(this.row, plan, sizing)
    this.#run(active, (desk) => desk.execute(this.#job(active), { kind: 'order', request }))
  }

  #job(active: ActiveIntent): IntentJob {
    return {
      intentId: active.id,
      positionId: this.row.id,
      isExit: active.plan.action === 'emergency_exit',
      ordered: () => active.ordered,
      fills: this.#fillBook(active),
      next: () => this.#nextOrder(active),
      booked: () => active.booked,
    }
  }

  /** What an intent would send now: the price is the newest, the quantity what is held. */
  #nextOrder({ plan, ordered }: ActiveIntent): NextOrder {
    const { clock, gate, saleGate, instrument, price } = this.#deps
    if (!new Exact(this.row.quantity).gt(0)) return { kind: 'done', why: 'nothing is held any more' }
    const { state } = (ordered ? saleGate : gate)(clock.now())
    if (state === 'closed') return { kind: 'wait', why: 'nothing can be sent at present' }
    if (instrument() === null || price() === null) return { kind: 'wait', why: 'no price is known yet' }
    const sizing = this.#size(plan)
    if (sizing.kind === 'order') return { kind: 'order', request: orderOf(this.row, plan, sizing) }
    return sizing.reason === 'no-price' ? { kind: 'wait', why: sizing.message } : { kind: 'done', why: sizing.message }
  }

  #size(intent: Intent): SizingResult {
    const { instrument, price, funds } = this.#deps
    return sizeIntent(intent, this.row, { instrument: instrument(), price: price(), funds: funds() })
  }

  /** Follows an intent to its end beside the queue. */
  #run(active: ActiveIntent, follow: (desk: OrderDesk) => Promise<IntentEnd | null>): void {
    const { desk, activity, listener } = this.#deps
    if (desk === null) return
    void activity.during(async () => {
      try {
        const end = await follow(desk)
        if (end === null) return
        await this.#queue.push(async () => {
          this.#active = null
          listener.onIntent(this, active, end)
          await this.#writeOffDust()
          await this.#planWaitingExit()
        })
      } catch (error) {
        this.#stopOn(error)
      }
    })
  }

  #fillBook(active: ActiveIntent): FillBook {
    return {
      book: (fills) =>
        this.#inQueue(async () => {
          let fresh = new Exact(0)
          for (const fill of fills) fresh = fresh.plus(await this.#book(active, fill))
          return fresh
        }),
      refuse: (sealedId, refusal, retry) =>
        this.#inQueue(async () => {
          this.#tell(await this.#ledger.bookRefusal(sealedId, refusal, sideOf(active.plan), active.id, retry))
        }),
    }
  }

  /** Books a fill of an order that is at its end, or of none. */
  bookLate(fill: Fill, intentId: string | null, plan: Intent | null): Promise<boolean> {
    return this.#inQueue(async () => {
      const entry = await this.#ledger.bookFill(fill, intentId, plan)
      if (entry === null) return false
      this.#deps.listener.onFill(this, fill, intentId)
      this.#tell(entry)
      return true
    })
  }

  /** Does something in its turn and hands on what came of it, also when that is an error. */
  async #inQueue<T>(work: () => Promise<T>): Promise<T> {
    const done = Promise.withResolvers<T>()
    await this.#queue.push(async () => {
      await work().then(done.resolve, done.reject)
    })
    return done.promise
  }

  /** Base units that are new. */
  async #book(active: ActiveIntent, fill: Fill): Promise<Exact> {
    const entry = await this.#ledger.bookFill(fill, active.id, active.plan)
    if (entry === null) return new Exact(0)
    active.booked = active.booked.plus(fill.quantity)
    this.#deps.listener.onFill(this, fill, active.id)
    this.#tell(entry)
    return new Exact(fill.quantity)
  }

  #tell({ closed }: LedgerEntry): void {
    if (closed !== null) this.#deps.listener.onTradeClosed(this, closed)
  }

  async #writeOffDust(): Promise<void> {
    const price = this.#deps.price()
    const instrument = this.#deps.instrument()
    if (price === null || instrument === null) return
    const entry = await this.#ledger.bookDust(price, instrument.sizing, this.#deps.clock.now())
    if (entry !== null) this.#tell(entry)
  }

  #stopOn(error: unknown): void {
    if (this.#deps.signal.aborted) return
    this.#problem = error instanceof Error ? error.message : String(error)
    this.#deps.logger.error('this position is not followed any more', { position: this.row.id, error: this.#problem })
    if (error instanceof StoreError && error.code === 'fenced') this.#deps.onFenced()
  }
}
