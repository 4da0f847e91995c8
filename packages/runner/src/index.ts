/**
 * The runner: one portfolio manager over the venues of a config. For a config file `defineConfig`; to embed it `loadSetup` and `createRunner`.
 * @module
 */
export type { BacktestOptions } from './backtest/backtest-options.ts'
export { runBacktest } from './backtest/run-backtest.ts'
export type { RunnerOptions } from './composition/create-runner.ts'
export { createRunner } from './composition/create-runner.ts'
export type { IntentDeltaRequest, IntentDeltaTarget } from './composition/intent-delta-request.ts'
export type {
  ConfigInput,
  DriverSourceInput,
  MajorsInput,
  ModelInput,
  PmInput,
  PositionInput,
  RegimeInput,
  RunnerConfig,
  VenueInput,
} from './config/index.ts'
export { ConfigError, defineConfig } from './config/index.ts'
export type { RecordedBar } from './history/csv-bars.ts'
export { BarFileError, readBarFile } from './history/csv-bars.ts'
export type {
  DataSourceView,
  DecisionView,
  PositionRef,
  PositionView,
  ProfitView,
  RunnerEvent,
  RunnerSnapshot,
  VenueView,
} from './loop/snapshot.ts'
export type { Setup, SetupRequest } from './registry/index.ts'
export { loadSetup } from './registry/index.ts'
export { planReplay } from './replay/plan-replay.ts'
export type { Recording } from './replay/recording.ts'
export type { ReplayPlan } from './replay/replay-plan.ts'
export type { ReplayPosition, ReplayRequest, ReplayVenue } from './replay/replay-request.ts'
export type { ReplayOptions } from './replay/run-replay.ts'
export { runReplay } from './replay/run-replay.ts'
export type {
  BacktestFill,
  BacktestListener,
  BacktestPosition,
  BacktestStep,
} from './report/backtest/backtest-step.ts'
export type { Runner } from './runner.ts'
export type { RunnerErrorCode } from './runner-error.ts'
export { RunnerError } from './runner-error.ts'
export type { LogLevel, RunnerLogger } from './services/index.ts'
export { createLogger } from './services/index.ts'
export type { IntentDeltaRow, IntentStory, PositionKey, PositionRow, Store } from './store/store.ts'
export { StoreError } from './store/store.ts'
