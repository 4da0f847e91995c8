import type { LoadedConfig } from '../../config/index.ts'
import { RunnerError } from '../../runner-error.ts'
import type { Terminal } from '../terminal.ts'
import { loadProject } from './open-project-store.ts'

/** The config for a command that can do without: `null` when none was named and none is there. */
export async function findProject(terminal: Terminal, config: string | undefined): Promise<LoadedConfig | null> {
  try {
    return await loadProject(terminal, config)
  } catch (error) {
    if (config === undefined && error instanceof RunnerError && error.code === 'config-not-found') return null
    throw error
  }
}
