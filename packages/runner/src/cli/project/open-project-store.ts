import { existsSync } from 'node:fs'
import type { LoadedConfig, StoreConfig } from '../../config/index.ts'
import { loadConfig } from '../../config/index.ts'
import type { StoreLocation } from '../../store/open-store.ts'
import { openStore } from '../../store/open-store.ts'
import type { Store } from '../../store/store.ts'
import { CommandError } from '../command-error.ts'
import type { Terminal } from '../terminal.ts'

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

/** Opens a config's store. For commands that only read it must exist: a mistyped folder is not answered with an empty database. */
export function openProjectStore({ config }: LoadedConfig, access: 'read' | 'write'): Promise<Store> {
  const { store } = config
  if (access === 'read' && store.kind === 'directory' && !existsSync(store.directory)) {
    throw new CommandError(
      `There is no database in ${store.directory} yet: run \`portolan start\`, \`portolan run\` or \`portolan positions add\` first`,
    )
  }
  return openStore(storeLocation(store), { now: () => Date.now() })
}
