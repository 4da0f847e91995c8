import type { SimulatorDefinition } from '@portolan/core'
import { RunnerError } from '../runner-error.ts'
import { checkSimulatorDefinition } from './check-definition.ts'
import { loadModule } from './load-module.ts'
import type { PackageInfo } from './package-info.ts'
import { describePackage } from './package-info.ts'

export interface LoadedSimulator {
  readonly definition: SimulatorDefinition
  readonly package: PackageInfo
  /** The module that exports it. */
  readonly file: string
}

/**
 * Loads `<package>/simulator`.
 * @param use name, short name or path of the venue package.
 * @param directory from which it is resolved.
 * @throws {RunnerError} `simulator-failed`
 */
export async function loadSimulator(use: string, directory: string): Promise<LoadedSimulator> {
  const loaded = await loadModule(use, directory, '/simulator')
  if (loaded.info === null)
    throw new RunnerError('simulator-failed', `There is no simulator of "${use}": ${loaded.message}`)
  const checked = checkSimulatorDefinition(loaded.defaultExport, describePackage(loaded.info))
  if (checked.definition === null) throw new RunnerError('simulator-failed', checked.problems.join('\n'))
  return { definition: checked.definition, package: loaded.info, file: loaded.file }
}
