import type {
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
} from '@portolan/core'
import type { NewIntent, PositionAmounts, PositionRow, Store } from '../store/store.ts'
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

  async #book(
    next: PositionState,
    fills: readonly Fill[],
    intentId: string | null,
    closed: ClosedTrade | null,
  ): Promise<boolean> {
    const { quantity, averageEntry, investedUsd, extractedUsd, realisedPnlUsd } = next.book
    const amounts: PositionAmounts = { quantity, averageEntry, investedUsd, extractedUsd, realisedPnlUsd }
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
