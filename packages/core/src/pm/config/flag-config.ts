/** Gates of the flags. Distances are in ATR, scores in [0, 1]. */
export interface FlagConfig {
  /** S1 `buySignal`, near EMA60. */
  readonly primer: { readonly distanceAtr: number; readonly minStrength: number }
  /** S2 `buyFlag`, near EMA333. */
  readonly retest: { readonly distanceAtr: number; readonly minStrength: number }
  /** S3 `buyFlag`, between EMA333 and EMA144. */
  readonly discount: {
    readonly minStrength: number
    readonly minDiscount: number
    /** `gain * clamp((EDX - from) / span)` is added to the discount asked for. */
    readonly suppression: { readonly gain: number; readonly from: number; readonly span: number }
    /** `near * pos - far * (1 - pos)` is taken from it; pos is 1 at EMA333 and 0 at EMA144. */
    readonly position: { readonly near: number; readonly far: number }
  }
  /** S3 `emergencyExit`: half width of the band around EMA333. */
  readonly emergency: { readonly bandAtr: number }
  /** S2 and S3 `trimFlag`. */
  readonly trim: { readonly minOverextension: number; readonly levelAtr: number }
}

export const defaultFlagConfig: FlagConfig = {
  primer: { distanceAtr: 1, minStrength: 0.6 },
  retest: { distanceAtr: 0.5, minStrength: 0.6 },
  discount: {
    minStrength: 0.6,
    minDiscount: 0.6,
    suppression: { gain: 0.15, from: 0.5, span: 0.2 },
    position: { near: 0.1, far: 0.05 },
  },
  emergency: { bandAtr: 0.25 },
  trim: { minOverextension: 0.65, levelAtr: 1 },
}
