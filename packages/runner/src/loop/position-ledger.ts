import type {
  Bar,
  Booking,
  Clock,
  ClosedTrade,
  DecimalString,
  Fill,
  Intent,
  JsonValue,
  Logger,
  PmConfig,
  PmModels,
  PositionState,
  PositionStatus,
  SizingConstraints,
} from '@portolan/core'
import {
  bookDust,
  bookFill,
  bookOrderCost,
  createPositionState,
  Exact,
  isDust,
  positionStatus,
  restorePosition,
  savePosition,
} from '@portolan/core'
import type { Refusal } from '../execution/followed-order.ts'
import type { Fence, FillBooking, NewCharge, NewIntent, PositionAmounts, PositionRow, Store } from '../store/store.ts'
import { StoreError } from '../store/store.ts'
import type { Activity } from './activity.ts'
import { planOf } from './plan-of.ts'
import { rebuiltState } from './rebuild-state.ts'
import type { PersistentStoreCall } from './retry-store.ts'
import { persistentStoreCalls } from './retry-store.ts'

export interface PositionLedgerDeps {
  readonly store: Store
  /** The right to write this position's books; `null` where nobody else can. */
  readonly fence: () => Fence | null
  readonly clock: Clock
  readonly activity: Activity
  readonly logger: Logger
  readonly signal: AbortSignal
  readonly config: PmConfig
  readonly models: PmModels
  /** Tells this process's writes from another's. */
  readonly runId: string
  /** Resolves when the bars that closed are in the store. */
  readonly barsWritten: () => Promise<void>
}

/** What a booking changed; `null` when it was booked before. */
export interface LedgerEntry {
  readonly closed: ClosedTrade | null
}

/** A change of a position that the store has not taken yet. */
export interface Draft extends LedgerEntry {
  readonly booking: FillBooking
  readonly next: PositionState
  /** Base units of a sell beyond what was held: not booked. */
  readonly excess: DecimalString
}

/**
 * One position as it is on disk, and its state in memory: the two move together. A fill changes the state in memory only after the store
 * has taken it; a step is written before anything is done about it.
 */
export class PositionLedger {
  #row: PositionRow
  #state: PositionState
  readonly #deps: PositionLedgerDeps
  readonly #write: PersistentStoreCall

  constructor(row: PositionRow, deps: PositionLedgerDeps) {
    this.#deps = deps
    this.#write = persistentStoreCalls(deps)
    this.#row = { ...row, state: null }
    this.#state = this.#restore(row)
  }

  get row(): PositionRow {
    return this.#row
  }

  /** Changed in place by steps. */
  get state(): PositionState {
    return this.#state
  }

  setPaused(paused: boolean): void {
    this.#row = { ...this.#row, paused }
  }

  /** Writes a step with the state as it is now, after the bars that made it. @throws {PositionTakenError} when another runner evaluated the bar. */
  async recordStep(step: {
    readonly barTs: number
    readonly at: number
    readonly decision: { readonly [key: string]: JsonValue }
    readonly intent: NewIntent | null
  }): Promise<void> {
    const { store, runId, models, fence } = this.#deps
    const status = this.#status()
    await this.#write('bars', () => this.#deps.barsWritten())
    const result = await this.#write('a step', () =>
      store.recordStep(
        {
          ...step,
          decision: { ...step.decision, run: runId },
          positionId: this.#row.id,
          state: savePosition(this.#state, models.signals),
          status,
        },
        fence(),
      ),
    )
    if (result === 'already-recorded') {
      // Either an earlier try of ours was written although its answer was lost, or another runner evaluates this position.
      const [stored] = await this.#write('a look at the steps', () => store.steps(this.#row.id, 1))
      const writer = (stored?.decision as { readonly run?: unknown } | null | undefined)?.run
      if (stored?.barTs !== step.barTs || writer !== runId) throw new PositionTakenError(this.#row, step.barTs)
    }
    this.#row = { ...this.#row, lastBarTs: step.barTs, status }
  }

  /** Adds an intent to the last bar, which was evaluated without one. `false` when that bar has one already. */
  async recordPlan(barTs: number, intent: NewIntent, by: 'planner' | 'ordered' = 'planner'): Promise<boolean> {
    const { store, clock, fence } = this.#deps
    const plan = { positionId: this.#row.id, barTs, at: clock.now(), intent, ordered: by === 'ordered' }
    let again = false
    const result = await this.#write('a plan', async () => {
      const answer = await store.recordPlan(plan, fence()).catch((error: unknown) => {
        again = true
        throw error
      })
      // An earlier try may have been written although its answer was lost.
      if (answer !== 'already-planned' || !again) return answer
      return (await store.story(intent.id))?.intent.state === intent.state ? 'recorded' : answer
    })
    return result === 'recorded'
  }

  /** Books one fill; the ledger's row, the position and the state move in one transaction. */
  async bookFill(fill: Fill, intentId: string | null, intent: Intent | null): Promise<LedgerEntry | null> {
    const { store, config, fence } = this.#deps
    const { scope, venue, label } = this.#row
    for (;;) {
      const booked = await this.#write('a look at the fills', () => store.bookedFillIds(scope, venue, label, [fill.id]))
      if (booked.has(fill.id)) return null
      const draft = this.draft((next) => bookFill(next, fill, intent, config), { intentId, fills: [fill] })
      this.#warnOfExcess(draft, fill.id)
      let again = false
      const result = await this.#write('fills', () =>
        store.bookFills(draft.booking, fence()).catch((error: unknown) => {
          again = true
          throw error
        }),
      )
      if (result === 'booked') {
        this.apply(draft)
        return draft
      }
      // An earlier try may have been written although its answer was lost: then it is news to everyone but the disk.
      if (again) {
        await this.reload()
        return draft
      }
      // Some other write booked it meanwhile: what is on disk is the truth.
      await this.reload()
    }
  }

  /** Writes the end of an order of ours that was refused, and what it cost, in one transaction. */
  async bookRefusal(
    sealedId: string,
    refusal: Refusal,
    side: 'buy' | 'sell',
    intentId: string,
    retry: boolean,
  ): Promise<LedgerEntry> {
    const { store, config, clock, fence } = this.#deps
    const { fee } = refusal
    if (fee === undefined) throw new TypeError(`order ${sealedId} cost nothing`)
    const at = clock.now()
    const before = new Exact(this.#state.book.realisedPnlUsd)
    const draft = this.draft(
      (next) => bookOrderCost(next, { side, fee, at }, config),
      { intentId, fills: [] },
      (next) => {
        const usd = new Exact(next.book.realisedPnlUsd).minus(before).toFixed() as DecimalString
        return [{ kind: 'order-cost', id: sealedId, instrument: this.#row.instrument, usd, at }]
      },
    )
    const result = await this.#write('what a refused order cost', () =>
      store.recordOutcome(sealedId, refusal, { retry, booking: draft.booking }, fence()),
    )
    if (result === 'recorded') this.apply(draft)
    else await this.reload()
    return draft
  }

  /** Writes off what the venue would not sell any more. */
  async bookDust(price: DecimalString, constraints: SizingConstraints, at: number): Promise<LedgerEntry | null> {
    const { quantity } = this.#row
    if (!new Exact(quantity).gt(0) || !isDust(quantity, price, constraints)) return null
    const draft = this.draft((next) => bookDust(next, at, this.#deps.config), { intentId: null, fills: [] })
    await this.#write('dust', () => this.#deps.store.bookFills(draft.booking, this.#deps.fence()))
    this.apply(draft)
    return draft
  }

  /** What a change would make of this position. Nothing has happened yet: the store takes `booking`, then `apply` follows. */
  draft(
    change: (next: PositionState) => Booking,
    of: { readonly intentId: string | null; readonly fills: readonly Fill[] },
    charges: (next: PositionState) => readonly NewCharge[] = () => [],
  ): Draft {
    const { config, models } = this.#deps
    const next = this.#copy()
    const { closed, excess } = change(next)
    const { quantity, averageEntry, investedUsd, extractedUsd, realisedPnlUsd, feesUsd, fundingUsd } = next.book
    const sums = { investedUsd, extractedUsd, realisedPnlUsd, feesUsd, fundingUsd }
    const amounts: PositionAmounts = { quantity, averageEntry, ...sums }
    const booking: FillBooking = {
      positionId: this.#row.id,
      ...of,
      charges: charges(next),
      amounts,
      state: savePosition(next, models.signals),
      status: positionStatus(next.figures.quantity, next.bars, config),
      closedTrade: closed && {
        pattern: closed.pattern,
        closedAt: closed.closedAt,
        r: closed.r,
        trade: closed as unknown as JsonValue,
      },
    }
    return { booking, next, closed, excess }
  }

  /** The store has taken a draft that was made of the state as it still is. */
  apply({ booking: { amounts, status }, next }: Draft): void {
    this.#state = next
    this.#row = { ...this.#row, ...amounts, status }
  }

  /** Takes what is on disk for the truth. */
  async reload(): Promise<void> {
    const rows = await this.#write('a look at the positions', () => this.#deps.store.positions(this.#row.scope))
    const row = rows.find((candidate) => candidate.id === this.#row.id)
    if (row === undefined) throw new StoreError('not-found', `position ${this.#row.id} is gone from the database`)
    this.#row = { ...row, state: null }
    this.#state = this.#restore(row)
  }

  /**
   * Steps through mended bars from the position's first one on, with the fills where they happened, and goes on from there. What is held is the ledger's and
   * stays. Nothing is planned.
   */
  async rebuild(bars: readonly Bar[]): Promise<void> {
    const { store, config, models, logger, fence } = this.#deps
    const seen = bars.slice(-this.#state.bars)
    if (seen.length < this.#state.bars || seen.at(-1)?.ts !== this.#row.lastBarTs) {
      const fields = { position: this.#row.id, bars: seen.length, needed: this.#state.bars }
      logger.warn('too few bars are stored to compute this position anew from mended ones; it goes on as it is', fields)
      return
    }
    const fills = await this.#write('a look at the fills', () => store.fills(this.#row.id))
    const plans = new Map<string, Intent>()
    for (const intentId of new Set(fills.flatMap((fill) => fill.intentId ?? []))) {
      const story = await this.#write('a look at an intent', () => store.story(intentId))
      const plan = planOf(story?.intent)
      if (plan !== null) plans.set(intentId, plan)
    }
    const { book, figures } = this.#state
    const next = { ...rebuiltState({ row: this.#row, bars: seen, fills, plans, config, models }), book, figures }
    const { quantity, averageEntry, investedUsd, extractedUsd, realisedPnlUsd, feesUsd, fundingUsd, status } = this.#row
    const booking: FillBooking = {
      positionId: this.#row.id,
      intentId: null,
      fills: [],
      amounts: { quantity, averageEntry, investedUsd, extractedUsd, realisedPnlUsd, feesUsd, fundingUsd },
      state: savePosition(next, models.signals),
      status,
    }
    await this.#write('a state', () => store.bookFills(booking, fence()))
    this.#state = next
  }

  #warnOfExcess({ excess }: Draft, fill: string): void {
    if (excess === '0') return
    this.#deps.logger.warn('the venue sold more than this position held; the rest is not booked here', {
      position: this.#row.id,
      fill,
      excess,
    })
  }

  #restore(row: PositionRow): PositionState {
    const { config, models } = this.#deps
    return row.state === null
      ? createPositionState(row.timeframe, config, models.signals)
      : restorePosition(row.state, models.signals)
  }

  #copy(): PositionState {
    const { signals } = this.#deps.models
    return restorePosition(savePosition(this.#state, signals), signals)
  }

  #status(): PositionStatus {
    return positionStatus(this.#state.figures.quantity, this.#state.bars, this.#deps.config)
  }
}

/** Another process evaluates the same position on the same database. */
class PositionTakenError extends Error {
  override readonly name = 'PositionTakenError'
  constructor(row: PositionRow, barTs: number) {
    super(
      `bar ${barTs} of ${row.venue} ${row.instrument} ${row.timeframe} was evaluated by another runner on this database; stop one of the two`,
    )
  }
}
