import type {
  Bar,
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
  createPositionState,
  Exact,
  isDust,
  positionStatus,
  restorePosition,
  savePosition,
  stepPosition,
  TIMEFRAME_MS,
} from '@portolan/core'
import type { NewIntent, PositionAmounts, PositionRow, Store, StoredFill } from '../store/store.ts'
import { StoreError } from '../store/store.ts'
import type { Activity } from './activity.ts'
import type { PersistentStoreCall } from './retry-store.ts'
import { persistentStoreCalls } from './retry-store.ts'

export interface PositionLedgerDeps {
  readonly store: Store
  readonly clock: Clock
  readonly activity: Activity
  readonly logger: Logger
  readonly signal: AbortSignal
  readonly config: PmConfig
  readonly models: PmModels
  /** Tells this process's writes from another's. */
  readonly runId: string
}

/** What a booking changed; `null` when the fill was booked before. */
export interface LedgerEntry {
  readonly closed: ClosedTrade | null
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

  /** Writes a step with the state as it is now. @throws {PositionTakenError} when another runner evaluated the bar. */
  async recordStep(step: {
    readonly barTs: number
    readonly at: number
    readonly decision: { readonly [key: string]: JsonValue }
    readonly intent: NewIntent | null
  }): Promise<void> {
    const { store, runId, models } = this.#deps
    const status = this.#status()
    const result = await this.#write('a step', () =>
      store.recordStep({
        ...step,
        decision: { ...step.decision, run: runId },
        positionId: this.#row.id,
        state: savePosition(this.#state, models.signals),
        status,
      }),
    )
    if (result === 'already-recorded') {
      // Either an earlier try of ours was written although its answer was lost, or another runner evaluates this position.
      const [stored] = await this.#write('a look at the steps', () => store.steps(this.#row.id, 1))
      const writer = (stored?.decision as { readonly run?: unknown } | null | undefined)?.run
      if (stored?.barTs !== step.barTs || writer !== runId) throw new PositionTakenError(this.#row, step.barTs)
    }
    this.#row = { ...this.#row, lastBarTs: step.barTs, status }
  }

  /** Books one fill; the ledger's row, the position and the state move in one transaction. */
  async bookFill(fill: Fill, intentId: string | null, intent: Intent | null): Promise<LedgerEntry | null> {
    const { store, config } = this.#deps
    const { scope, venue, label } = this.#row
    for (;;) {
      const booked = await this.#write('a look at the fills', () => store.bookedFillIds(scope, venue, label, [fill.id]))
      if (booked.has(fill.id)) return null
      const next = this.#copy()
      const { closed, excess } = bookFill(next, fill, intent, config)
      if (excess !== '0') {
        this.#deps.logger.warn('the venue sold more than this position held; the rest is not booked here', {
          position: this.#row.id,
          fill: fill.id,
          excess,
        })
      }
      if (await this.#book(next, [fill], intentId, closed)) return { closed }
      // Some other write booked it meanwhile: what is on disk is the truth.
      await this.#reload()
    }
  }

  /** Writes off what the venue would not sell any more. */
  async bookDust(price: DecimalString, constraints: SizingConstraints, at: number): Promise<LedgerEntry | null> {
    const { quantity } = this.#row
    if (!new Exact(quantity).gt(0) || !isDust(quantity, price, constraints)) return null
    const next = this.#copy()
    const { closed } = bookDust(next, at, this.#deps.config)
    await this.#book(next, [], null, closed)
    return { closed }
  }

  /**
   * Steps through mended bars from the position's first one on, with the fills where they happened, and goes on from there. What is held is the ledger's and
   * stays. Nothing is planned. The new state is written with the next step; until then a restart begins with the old one.
   */
  async rebuild(bars: readonly Bar[]): Promise<void> {
    const { store, config, models, logger } = this.#deps
    const seen = bars.slice(-this.#state.bars)
    if (seen.length < this.#state.bars || seen.at(-1)?.ts !== this.#row.lastBarTs) {
      const fields = { position: this.#row.id, bars: seen.length, needed: this.#state.bars }
      logger.warn('too few bars are stored to compute this position anew from mended ones; it goes on as it is', fields)
      return
    }
    const fills = await this.#write('a look at the fills', () => store.fills(this.#row.id))
    const plans = await this.#plansOf(fills)
    const next = createPositionState(this.#row.timeframe, config, models.signals)
    let booked = 0
    const length = TIMEFRAME_MS[this.#row.timeframe]
    const bookUntil = (until: number): void => {
      for (let fill = fills[booked]; fill !== undefined && fill.at < until; fill = fills[booked]) {
        bookFill(next, fill, fill.intentId === null ? null : (plans.get(fill.intentId) ?? null), config)
        booked += 1
      }
    }
    for (const bar of seen) {
      bookUntil(bar.ts + length)
      const allocationUsd = Number(this.#row.allocationUsd)
      stepPosition({ state: next, bar, A: 0, E: 0, allocationUsd, config, models, planning: 'none' })
    }
    bookUntil(Number.POSITIVE_INFINITY)
    next.book = this.#state.book
    next.figures = this.#state.figures
    this.#state = next
  }

  async #plansOf(fills: readonly StoredFill[]): Promise<ReadonlyMap<string, Intent>> {
    const plans = new Map<string, Intent>()
    for (const intentId of new Set(fills.flatMap((fill) => fill.intentId ?? []))) {
      const story = await this.#write('a look at an intent', () => this.#deps.store.story(intentId))
      const plan = (story?.intent.explanation as { readonly plan?: Intent } | null | undefined)?.plan
      if (plan !== undefined) plans.set(intentId, plan)
    }
    return plans
  }

  async #book(
    next: PositionState,
    fills: readonly Fill[],
    intentId: string | null,
    closed: ClosedTrade | null,
  ): Promise<boolean> {
    const { quantity, averageEntry, investedUsd, extractedUsd, realisedPnlUsd, feesUsd, fundingUsd } = next.book
    const sums = { investedUsd, extractedUsd, realisedPnlUsd, feesUsd, fundingUsd }
    const amounts: PositionAmounts = { quantity, averageEntry, ...sums }
    const status = positionStatus(next.figures.quantity, next.bars, this.#deps.config)
    const result = await this.#write('fills', () =>
      this.#deps.store.bookFills({
        positionId: this.#row.id,
        intentId,
        fills,
        amounts,
        state: savePosition(next, this.#deps.models.signals),
        status,
        closedTrade: closed && {
          pattern: closed.pattern,
          closedAt: closed.closedAt,
          r: closed.r,
          trade: closed as unknown as JsonValue,
        },
      }),
    )
    if (result === 'already-booked') return false
    this.#state = next
    this.#row = { ...this.#row, ...amounts, status }
    return true
  }

  async #reload(): Promise<void> {
    const rows = await this.#write('a look at the positions', () => this.#deps.store.positions(this.#row.scope))
    const row = rows.find((candidate) => candidate.id === this.#row.id)
    if (row === undefined) throw new StoreError('not-found', `position ${this.#row.id} is gone from the database`)
    this.#row = { ...row, state: null }
    this.#state = this.#restore(row)
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
