import type { Urgency } from '../../contract/venue.ts'
import type { IntentAction } from '../plan/intent.ts'

/** A share for each band of a score. */
export interface BandShares {
  readonly high: number
  readonly mid: number
  readonly low: number
}

/** Constants of `planActions` and of the history it reads. Shares are of the base named at the rule. */
export interface PlanConfig {
  /** A score is high from `high` on, mid from `mid` on, low below. */
  readonly bands: { readonly high: number; readonly mid: number }
  /** `S1.buySignal`, of remainingUsd. */
  readonly primer: BandShares
  /** `S2.buyFlag` and `S3.entry`, of remainingUsd. */
  readonly entry: BandShares
  /** Entries are multiplied by `factor` once extractedUsd - investedUsd >= `atAllocations` * allocationUsd. */
  readonly profitTaken: { readonly atAllocations: number; readonly factor: number }
  /** `S2.pool`, of the pool. */
  readonly pool: BandShares
  /** `S3.dx`, of the pool's size when recovery began. */
  readonly discount: BandShares & { readonly maxFills: number; readonly armAtr: number }
  /** `S3.reclaim`, of exitValueUsd. */
  readonly reclaim: BandShares
  readonly trim: BandShares & {
    readonly max: number
    /** Multiplier by (sale proceeds of this trade) / allocationUsd: the first step reached, in this order. */
    readonly steps: readonly { readonly atAllocations: number; readonly factor: number }[]
    /** Multiplier below every step. */
    readonly baseFactor: number
    /** Bars that must have closed since the last trim filled, the bar in which it filled included. */
    readonly spacingBars: number
    /** Share of the close by which the level must differ from the last trim's. */
    readonly levelChange: number
  }
  /** Distance of the stop below the average entry, in ATR. */
  readonly stopAtr: number
  readonly urgency: Readonly<Record<IntentAction, Urgency>>
  readonly maxSlippageBps: Readonly<Record<Urgency, number>>
  /** Intents of which the fills so far are remembered, for those that arrive late. */
  readonly rememberedIntents: number
  /**
   * What counts as lacking everything, for saying which rule came nearest: a shortfall of `atr` ATR, of `score`
   * points of a score, of `slope` in a normalised slope, weighs as much as a condition that is simply not met.
   */
  readonly nearness: { readonly atr: number; readonly score: number; readonly slope: number }
}

export const defaultPlanConfig: PlanConfig = {
  bands: { high: 0.7, mid: 0.3 },
  primer: { high: 0.9, mid: 0.6, low: 0.3 },
  entry: { high: 0.25, mid: 0.15, low: 0.05 },
  profitTaken: { atAllocations: 1, factor: 0.3 },
  pool: { high: 0.6, mid: 0.3, low: 0.1 },
  discount: { high: 0.2, mid: 0.1, low: 0.0333, maxFills: 3, armAtr: 1.5 },
  reclaim: { high: 0.6, mid: 0.3, low: 0.1 },
  trim: {
    high: 0.6,
    mid: 0.3,
    low: 0.15,
    max: 0.9,
    steps: [
      { atAllocations: 3, factor: 0.1 },
      { atAllocations: 1, factor: 0.3 },
      { atAllocations: 0.5, factor: 1 },
    ],
    baseFactor: 1.5,
    spacingBars: 3,
    levelChange: 0.01,
  },
  stopAtr: 4,
  urgency: { entry: 'normal', add: 'normal', trim: 'high', emergency_exit: 'critical' },
  maxSlippageBps: { low: 20, normal: 50, high: 100, critical: 300 },
  rememberedIntents: 4,
  nearness: { atr: 1, score: 0.6, slope: 0.001 },
}
