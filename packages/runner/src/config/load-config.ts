import type { PmModels } from '@portolan/core'
import type { RunnerConfig } from './config.ts'
import { ConfigError } from './config-error.ts'
import { parseConfig } from './parse-config.ts'
import { loadModels } from './pm-models.ts'
import { readConfig } from './read-config.ts'

export interface LoadedConfig {
  readonly path: string
  readonly directory: string
  readonly config: RunnerConfig
  /** As the config names them; else those of this framework. */
  readonly models: PmModels
}

/**
 * Finds, reads and validates the config, without looking for the packages that it names.
 * @throws {ConfigError} with all of its mistakes. @throws {RunnerError} when there is none or it cannot be read.
 */
export async function loadConfig(request: { readonly cwd: string; readonly path?: string }): Promise<LoadedConfig> {
  const file = await readConfig(request)
  const parsed = parseConfig(file.value, file.directory)
  const { models, issues } = await loadModels(file.value, file.directory)
  const { config } = parsed
  if (config === null || issues.length > 0) throw new ConfigError(file.path, [...parsed.issues, ...issues])
  return { path: file.path, directory: file.directory, config, models }
}
