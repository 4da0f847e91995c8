/** Constants of learning from closed trades. */
export interface LearningConfig {
  /** Trades of a scope that count, the last ones. */
  readonly maxTrades: number
  /** Trades at which half of the mean R is believed: the weight is n / (n + prior). */
  readonly prior: number
  readonly minR: number
  readonly maxR: number
  /** Cap of the learned strength d, both ways. */
  readonly maxStrength: number
}

export const defaultLearningConfig: LearningConfig = {
  maxTrades: 200,
  prior: 20,
  minR: -1,
  maxR: 3,
  maxStrength: 0.25,
}
