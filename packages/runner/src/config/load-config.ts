import type { RunnerConfig } from './config.ts'
import { ConfigError } from './config-error.ts'
import { parseConfig } from './parse-config.ts'
import { readConfig } from './read-config.ts'

export interface LoadedConfig {
  readonly path: string
  readonly directory: string
  readonly config: RunnerConfig
}

/**
 * Finds, reads and validates the config, without looking for the packages that it names.
 * @throws {ConfigError} with all of its mistakes. @throws {RunnerError} when there is none or it cannot be read.
 */
export async function loadConfig(request: { readonly cwd: string; readonly path?: string }): Promise<LoadedConfig> {
  const file = await readConfig(request)
  const { config, issues } = parseConfig(file.value, file.directory)
  if (config === null) throw new ConfigError(file.path, issues)
  return { path: file.path, directory: file.directory, config }
}
