import type { FlagConfig } from './flag-config.ts'
import { defaultFlagConfig } from './flag-config.ts'
import type { IndicatorConfig, LevelConfig } from './indicator-config.ts'
import { defaultIndicatorConfig, defaultLevelConfig } from './indicator-config.ts'
import type { LearningConfig } from './learning-config.ts'
import { defaultLearningConfig } from './learning-config.ts'
import type { PlanConfig } from './plan-config.ts'
import { defaultPlanConfig } from './plan-config.ts'
import type { RegimeConfig } from './regime-config.ts'
import { defaultRegimeConfig } from './regime-config.ts'
import type { ScoreConfig } from './score-config.ts'
import { defaultScoreConfig } from './score-config.ts'

/** Every constant of the portfolio manager. Nothing that shapes a decision is written anywhere else. */
export interface PmConfig {
  readonly indicators: IndicatorConfig
  readonly levels: LevelConfig
  readonly scores: ScoreConfig
  readonly flags: FlagConfig
  readonly plan: PlanConfig
  readonly regime: RegimeConfig
  readonly learning: LearningConfig
}

/** The constants as the portfolio manager is specified. */
export const defaultPmConfig: PmConfig = {
  indicators: defaultIndicatorConfig,
  levels: defaultLevelConfig,
  scores: defaultScoreConfig,
  flags: defaultFlagConfig,
  plan: defaultPlanConfig,
  regime: defaultRegimeConfig,
  learning: defaultLearningConfig,
}
