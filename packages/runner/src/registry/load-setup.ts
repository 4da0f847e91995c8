import type { PmModels } from '@portolan/core'
import type { RunMode, RunnerConfig } from '../config/index.ts'
import { ConfigError, loadModels, parseConfig, readConfig } from '../config/index.ts'
import type { DiscoveredVenue, SetupWarning } from '../discovery/index.ts'
import { discoverVenues } from '../discovery/index.ts'
import { entryIssues } from './entry-issues.ts'
import type { VenuePlan } from './plan.ts'
import { planVenues } from './plan-venues.ts'
import { riskIssues } from './risk-issues.ts'

/** A config whose packages were found and which can run, as far as that can be told without starting anything. */
export interface Setup {
  /** The config file. */
  readonly path: string
  readonly directory: string
  readonly config: RunnerConfig
  /** As the config names them; else those of this framework. */
  readonly models: PmModels
  readonly mode: RunMode
  readonly venues: readonly DiscoveredVenue[]
  readonly plan: VenuePlan
  readonly warnings: readonly SetupWarning[]
}

export interface SetupRequest {
  readonly cwd: string
  /** Of the config file. Default: the nearest one from `cwd` upwards. */
  readonly path?: string
  /** Default: the config's. */
  readonly mode?: RunMode
}

/**
 * Reads the config, finds its packages, validates their options and decides who does what. Whatever is wrong anywhere is reported at once.
 * @throws {ConfigError} with every mistake. @throws {RunnerError} when there is no config or it cannot be read.
 */
export async function loadSetup(request: SetupRequest): Promise<Setup> {
  const file = await readConfig(request)
  const parsed = parseConfig(file.value, file.directory)
  const { config } = parsed
  const mode = request.mode ?? parsed.mode ?? 'paper'
  const discovery = await discoverVenues(parsed.entries, file.directory)
  const loaded = await loadModels(file.value, file.directory)
  const mistakes = [...parsed.issues, ...loaded.issues, ...discovery.issues]
  if (config === null) throw new ConfigError(file.path, [...mistakes, ...entryIssues(discovery.venues, mode)])
  const planned = planVenues(discovery.venues, config, mode)
  const issues = [...mistakes, ...planned.issues, ...riskIssues(config.risk, discovery.venues)]
  if (issues.length > 0) throw new ConfigError(file.path, issues)
  return {
    path: file.path,
    directory: file.directory,
    config,
    models: loaded.models,
    mode,
    venues: discovery.venues,
    plan: planned.plan,
    warnings: [...discovery.warnings, ...planned.warnings],
  }
}
