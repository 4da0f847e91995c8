import type { DecimalString } from '@portolan/core'
import { ZERO } from '@portolan/core'
import { positionId } from '../position-id.ts'
import { noPosition } from '../refusals.ts'
import type { PositionAmounts, PositionKey, PositionRow, Scope, StepRecord, StoredStep } from '../store.ts'

type Changing<T> = { -readonly [K in keyof T]: T[K] }

/** Positions and, when asked to, their steps. */
export class MemoryPositions {
  readonly #positions = new Map<string, Changing<PositionRow>>()
  readonly #steps: Map<string, StoredStep[]> | null

  constructor(keepSteps: boolean) {
    this.#steps = keepSteps ? new Map() : null
  }

  ofScope(scope: Scope): readonly PositionRow[] {
    return [...this.#positions.values()]
      .filter((position) => position.scope === scope)
      .map((position) => ({ ...position }))
  }

  add(key: PositionKey, allocationUsd: DecimalString): PositionRow {
    const id = positionId(key)
    const there = this.#positions.get(id)
    if (there !== undefined) {
      there.allocationUsd = allocationUsd
      return { ...there }
    }
    const { scope, venue, label, instrument, timeframe } = key
    const position: PositionRow = {
      id,
      scope,
      venue,
      label,
      instrument,
      timeframe,
      allocationUsd,
      status: 'dormant',
      paused: false,
      lastBarTs: null,
      state: null,
      quantity: ZERO,
      averageEntry: null,
      investedUsd: ZERO,
      extractedUsd: ZERO,
      realisedPnlUsd: ZERO,
      feesUsd: ZERO,
      fundingUsd: ZERO,
    }
    this.#positions.set(id, { ...position })
    return position
  }

  /** The position itself; hand out copies only. @throws {StoreError} `not-found` */
  get(id: string): PositionRow {
    const position = this.#positions.get(id)
    if (position === undefined) throw noPosition(id)
    return position
  }

  setPaused(id: string, paused: boolean): void {
    this.#change(id, { paused })
  }

  recordStep(step: StepRecord): void {
    const position = this.#positions.get(step.positionId)
    if (position === undefined) throw noPosition(step.positionId)
    position.lastBarTs = step.barTs
    position.state = step.state
    position.status = step.status
    if (this.#steps === null) return
    const { positionId: of, barTs, at, decision, intent } = step
    const row: StoredStep = { positionId: of, barTs, at, decision, intentId: intent?.id ?? null }
    const steps = this.#steps.get(of)
    if (steps === undefined) this.#steps.set(of, [row])
    else steps.push(row)
  }

  book(id: string, amounts: PositionAmounts, rest: Pick<PositionRow, 'state' | 'status'>): void {
    const { quantity, averageEntry, investedUsd, extractedUsd, realisedPnlUsd, feesUsd, fundingUsd } = amounts
    const own = { quantity, averageEntry, investedUsd, extractedUsd, realisedPnlUsd, feesUsd, fundingUsd }
    this.#change(id, { ...own, ...rest })
  }

  /** Says that a bar, evaluated without an intent, has one now. */
  planLate(id: string, barTs: number, intentId: string): void {
    const steps = this.#steps?.get(id) ?? []
    const index = steps.findIndex((step) => step.barTs === barTs)
    const step = steps[index]
    if (step !== undefined) steps[index] = { ...step, intentId }
  }

  steps(id: string, limit: number): readonly StoredStep[] {
    return (this.#steps?.get(id) ?? []).toReversed().slice(0, limit)
  }

  pruneSteps(before: number): number {
    let removed = 0
    for (const [id, steps] of this.#steps ?? []) {
      const kept = steps.filter(
        (step, index) => step.at >= before || step.intentId !== null || index === steps.length - 1,
      )
      removed += steps.length - kept.length
      this.#steps?.set(id, kept)
    }
    return removed
  }

  step(id: string, barTs: number): StoredStep | null {
    return this.#steps?.get(id)?.find((step) => step.barTs === barTs) ?? null
  }

  #change(id: string, change: Partial<PositionRow>): void {
    const position = this.#positions.get(id)
    if (position === undefined) throw noPosition(id)
    Object.assign(position, change)
  }
}
