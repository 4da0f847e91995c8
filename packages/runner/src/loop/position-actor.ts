import type {
  Bar,
  ClosedTrade,
  DecimalString,
  Fill,
  Instrument,
  Intent,
  JsonValue,
  LearnedStrengths,
  OrderRequest,
  PositionStep,
  SizedOrder,
  SizingResult,
  TradeGate,
} from '@portolan/core'
import { decimalFromNumber, Exact, sizeOrder, stepPosition, TIMEFRAME_MS } from '@portolan/core'
import type { FillBook } from '../execution/followed-order.ts'
import type { IntentEnd, OrderDesk } from '../execution/order-desk.ts'
import type { IntentRow, NewIntent, OrderRow, PositionRow } from '../store/store.ts'
import { describeDecision } from './describe-decision.ts'
import { intentIdOf } from './intent-id.ts'
import type { PositionLedgerDeps } from './position-ledger.ts'
import { PositionLedger } from './position-ledger.ts'
import { SerialQueue } from './serial-queue.ts'
import type { DecisionView } from './snapshot.ts'
import { openIntentOf, planningFor, sideOf } from './step-permission.ts'

/** A and E as the regime gives them for a position, with what led to them. */
export interface ScoreReading {
  readonly a: number
  readonly e: number
  readonly explanation: JsonValue
  /** Why what the regime model answered was not taken: nothing is bought on such scores. */
  readonly refused?: string
}

/** A and E for a bar that ended at a time, ms; `newest`: the last bar known. Never rejects. */
export type PositionScores = (at: number, newest: boolean) => Promise<ScoreReading>

/** What a position needs from the rest of the runner. */
export interface PositionSurroundings extends PositionLedgerDeps {
  /** `null`: decisions are recorded, nothing is executed. */
  readonly desk: OrderDesk | null
  /** By the market as it is now, however late its bar is evaluated. */
  readonly scores: () => PositionScores
  readonly gate: (at: number) => TradeGate
  readonly instrument: () => Instrument | null
  /** The newest price known, quote per base. */
  readonly price: () => DecimalString | null
  readonly learned: () => LearnedStrengths
  /** Quote units free in the account; `null` when unknown. */
  readonly funds: () => DecimalString | null
  readonly listener: PositionListener
}

/** All that one step looked at and led to. */
export interface StepView {
  readonly bar: Bar
  readonly step: PositionStep
  readonly scores: ScoreReading
  readonly gate: TradeGate
  readonly sizing: SizingResult | null
  readonly decision: DecisionView
  /** The position before what this step planned. */
  readonly before: PositionRow
}

export interface PositionListener {
  onStep(actor: PositionActor, view: StepView): void
  /** `end` is `null` when the intent was just planned. */
  onIntent(actor: PositionActor, intent: ActiveIntent, end: IntentEnd | null): void
  onFill(actor: PositionActor, fill: Fill, intentId: string | null): void
  onTradeClosed(actor: PositionActor, trade: ClosedTrade): void
}

/** An intent that is not at its end. */
export interface ActiveIntent {
  readonly id: string
  readonly plan: Intent
  /** Base units booked of its order. */
  booked: Exact
}

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

  constructor(row: PositionRow, deps: PositionSurroundings) {
    this.#deps = deps
    this.#ledger = new PositionLedger(row, deps)
    this.#queue = new SerialQueue(deps.activity, (error) => this.#stopOn(error))
  }

  get row(): PositionRow {
    return this.#ledger.row
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

  /** Makes the state anew from bars that were mended after they had been stepped. `read` gives all bars up to one, ms, that one included. */
  rebuild(read: (until: number) => Promise<readonly Bar[]>): Promise<void> {
    return this.#queue.push(async () => {
      const { lastBarTs } = this.row
      if (this.#problem !== null || lastBarTs === null) return
      await this.#ledger.rebuild(await read(lastBarTs))
    })
  }

  /** Takes up an intent that a former run left open, of which `booked` base units are in the ledger. */
  resume(intent: IntentRow, orders: readonly OrderRow[], booked: Exact): void {
    const plan = (intent.explanation as { readonly plan?: Intent } | null)?.plan
    if (plan === undefined) {
      this.#stopOn(new Error(`the plan of its open intent ${intent.id} cannot be read`))
      return
    }
    const active: ActiveIntent = { id: intent.id, plan, booked }
    this.#active = active
    this.#run(active, (desk) => desk.resume(intent.id, orders, this.#fillBook(active)))
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
    const sizing = plan.kind === 'intent' ? this.#size(plan.intent, bar) : null
    const { bars } = step.state
    const warmingUp = step.signals === null ? { seen: bars, needed: config.indicators.warmupBars } : null
    const decision = describeDecision({ barTs: bar.ts, warmingUp, plan, gate, sizing })
    const view: StepView = { bar, step, scores, gate, sizing, decision, before }
    const intent = plan.kind === 'intent' ? newIntent(before.id, plan.intent, view) : null
    await this.#ledger.recordStep({ barTs: bar.ts, at, decision: decisionRecord(view), intent })
    this.#last = view
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

  #act(plan: Intent, intent: NewIntent, sizing: SizingResult | null): void {
    const active: ActiveIntent = { id: intent.id, plan, booked: new Exact(0) }
    if (sizing === null || sizing.kind === 'skip') {
      this.#deps.listener.onIntent(this, active, { state: 'skipped', reason: intent.stateReason ?? null })
      return
    }
    this.#active = active
    this.#deps.listener.onIntent(this, active, null)
    const request = orderRequest(this.row, active, sizing)
    this.#run(active, (desk) => desk.execute(active.id, request, this.#fillBook(active)))
  }

  #size(intent: Intent, bar: Bar): SizingResult {
    const instrument = this.#deps.instrument()
    if (instrument === null) {
      const message = `${this.row.instrument} is not known at the venue`
      return { kind: 'skip', reason: 'no-price', message, steps: [] }
    }
    const { maxSlippageBps, reduceOnly, notionalUsd, sizeFrac } = intent
    const funds = this.#deps.funds()
    return sizeOrder({
      intent:
        sideOf(intent) === 'buy'
          ? { side: 'buy', notionalUsd, reduceOnly, maxSlippageBps }
          : { side: 'sell', sizeFrac, reduceOnly, maxSlippageBps },
      heldQuantity: this.row.quantity,
      referencePrice: this.#deps.price() ?? decimalFromNumber(bar.close),
      constraints: instrument.sizing,
      ...(funds === null ? {} : { funds: { available: funds, takerBps: instrument.fees.takerBps } }),
    })
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
        })
      } catch (error) {
        this.#stopOn(error)
      }
    })
  }

  #fillBook(active: ActiveIntent): FillBook {
    return {
      booked: () => active.booked,
      book: async (fills) => {
        let failure: unknown = null
        await this.#queue.push(async () => {
          try {
            for (const fill of fills) await this.#book(active, fill)
          } catch (error) {
            failure = error
          }
        })
        if (failure !== null) throw failure
      },
    }
  }

  async #book(active: ActiveIntent, fill: Fill): Promise<void> {
    const entry = await this.#ledger.bookFill(fill, active.id, active.plan)
    if (entry === null) return
    active.booked = active.booked.plus(fill.quantity)
    this.#deps.listener.onFill(this, fill, active.id)
    if (entry.closed !== null) this.#deps.listener.onTradeClosed(this, entry.closed)
  }

  async #writeOffDust(): Promise<void> {
    const price = this.#deps.price()
    const instrument = this.#deps.instrument()
    if (price === null || instrument === null) return
    const entry = await this.#ledger.bookDust(price, instrument.sizing, this.#deps.clock.now())
    if (entry?.closed) this.#deps.listener.onTradeClosed(this, entry.closed)
  }

  #stopOn(error: unknown): void {
    if (this.#deps.signal.aborted) return
    this.#problem = error instanceof Error ? error.message : String(error)
    this.#deps.logger.error('this position is not followed any more', { position: this.row.id, error: this.#problem })
  }
}

function newIntent(positionId: string, intent: Intent, view: StepView): NewIntent {
  const { sizing, gate, scores } = view
  return {
    id: intentIdOf(positionId, intent.barTs),
    side: sideOf(intent),
    rule: intent.rule,
    state: sizing?.kind === 'order' ? 'planned' : 'skipped',
    stateReason: sizing?.kind === 'skip' ? sizing.message : null,
    explanation: { plan: intent, gate, scores, sizing } as unknown as JsonValue,
  }
}

function decisionRecord(view: StepView): { readonly [key: string]: JsonValue } {
  const { step, scores, gate, sizing, decision, bar, before } = view
  const { quantity, averageEntry, investedUsd, extractedUsd } = before
  return {
    summary: decision,
    bar,
    signals: step.signals,
    a: scores.a,
    e: scores.e,
    scores: scores.explanation,
    gate,
    plan: step.plan,
    sizing,
    position: { quantity, averageEntry, investedUsd, extractedUsd },
  } as unknown as { readonly [key: string]: JsonValue }
}

function orderRequest(row: PositionRow, active: ActiveIntent, sizing: SizedOrder): OrderRequest {
  return {
    instrument: row.instrument,
    side: sideOf(active.plan),
    quantity: sizing.quantity,
    spend: sizing.spend,
    limitPrice: sizing.limitPrice,
    reduceOnly: active.plan.reduceOnly,
    closesPosition: sizing.closesPosition,
    urgency: active.plan.urgency,
    intentId: active.id,
  }
}
