export type {
  DriverSourceEntry,
  PositionEntry,
  RegimeSettings,
  RunMode,
  RunnerConfig,
  StoreConfig,
  VenueEntry,
} from './config.ts'
export type { ConfigIssue } from './config-error.ts'
export { ConfigError, formatPath } from './config-error.ts'
export type {
  ConfigInput,
  DriverSourceInput,
  MajorsInput,
  ModelInput,
  PmInput,
  PositionInput,
  RegimeInput,
  VenueInput,
} from './define-config.ts'
export { defineConfig } from './define-config.ts'
export { durationMs } from './duration.ts'
export type { LoadedConfig } from './load-config.ts'
export { loadConfig } from './load-config.ts'
export { parseConfig } from './parse-config.ts'
export { loadModels } from './pm-models.ts'
export { readConfig } from './read-config.ts'
export { suggestion } from './suggest.ts'
