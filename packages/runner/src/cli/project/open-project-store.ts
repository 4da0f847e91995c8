import { existsSync } from 'node:fs'
import type { LoadedConfig, StoreConfig } from '../../config/index.ts'
import { loadConfig } from '../../config/index.ts'
import type { StoreLocation } from '../../store/open-store.ts'
import { openStore } from '../../store/open-store.ts'
import { connectStore } from '../../store/remote/remote-store.ts'
import type { SharedStore } from '../../store/remote/shared-methods.ts'
import { storeSocketPath } from '../../store/remote/socket-path.ts'
import { StoreError } from '../../store/store-error.ts'
import { CommandError } from '../command-error.ts'
import type { Terminal } from '../terminal.ts'
import { projectNow } from './project-clock.ts'

/** Reads the config that a command names, or the nearest one. */
export function loadProject(terminal: Terminal, config: string | undefined): Promise<LoadedConfig> {
  return loadConfig({ cwd: terminal.cwd, ...(config === undefined ? {} : { path: config }) })
}

/** Where a config keeps its store. */
function storeLocation(store: StoreConfig): StoreLocation {
  return store.kind === 'postgres'
    ? { kind: 'postgres', url: store.url }
    : { kind: 'pglite', directory: store.directory }
}

/**
 * Opens a config's store. For commands that only read it must exist: a mistyped folder is not answered with an empty database. While a runner has it open
 * and nobody else can, that runner is asked.
 */
export async function openProjectStore(project: LoadedConfig, access: 'read' | 'write'): Promise<SharedStore> {
  const { store } = project.config
  if (access === 'read' && store.kind === 'directory' && !existsSync(store.directory)) {
    throw new CommandError(
      `There is no database in ${store.directory} yet: run \`portolan start\`, \`portolan run\` or \`portolan positions add\` first`,
    )
  }
  try {
    return await openStore(storeLocation(store), { now: () => projectNow(project) })
  } catch (error) {
    if (store.kind !== 'directory' || !(error instanceof StoreError) || error.code !== 'locked') throw error
    const running = await connectStore(storeSocketPath(store.directory))
    if (running === null) throw error
    return running
  }
}
