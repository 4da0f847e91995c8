import { computeAE } from './compute-ae.ts'
import type { RegimeModel } from './regime-model.ts'

/** The regime of this framework: five drivers on three timeframes. */
export const universalRegime: RegimeModel = { evaluate: computeAE }
