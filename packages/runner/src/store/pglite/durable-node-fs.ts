import { fsyncSync } from 'node:fs'
import { PGlite } from '@electric-sql/pglite'
import { NodeFS } from '@electric-sql/pglite/nodefs'

/** The part of Emscripten's Node file system that is given a real fsync. */
interface EmscriptenNodeFs {
  readonly isWindows: boolean
  tryFSOperation(run: () => void): void
  readonly stream_ops: { fsync?: (stream: { readonly nfd?: number }) => number }
}

type EmscriptenOptions = Awaited<ReturnType<NodeFS['init']>>['emscriptenOpts']

/**
 * A folder on disk in which a commit is on the disk when it returns. PGlite's own `NodeFS` knows no fsync and PGlite starts PostgreSQL with fsync off:
 * that outlives a killed process, but not a power cut. Start PGlite with {@link DURABLE_START_PARAMETERS} too.
 */
export class DurableNodeFs extends NodeFS {
  readonly #sync: (fd: number) => void

  /** `sync` brings what was written to a file to the disk. */
  constructor(folder: string, sync: (fd: number) => void = fsyncSync) {
    super(folder)
    this.#sync = sync
  }

  override async init(pg: PGlite, options: EmscriptenOptions): ReturnType<NodeFS['init']> {
    const { emscriptenOpts } = await super.init(pg, options)
    const giveFsync = (module: object): void => {
      const fs = emscriptenNodeFs(module)
      fs.stream_ops.fsync = ({ nfd }) => {
        // Windows syncs only what is open for writing, and PostgreSQL also syncs folders: there the process may die, the power may not.
        if (nfd !== undefined && !fs.isWindows) fs.tryFSOperation(() => this.#sync(nfd))
        return 0
      }
    }
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [...(emscriptenOpts.preRun ?? []), giveFsync] } }
  }
}

/** PGlite's own, with fsync on, by the one call that Emscripten hands to its file system. */
export const DURABLE_START_PARAMETERS: readonly string[] = [
  ...PGlite.defaultStartParams.filter((parameter) => parameter !== '-F'),
  '-c',
  'wal_sync_method=fsync',
]

function emscriptenNodeFs(module: object): EmscriptenNodeFs {
  if (!('NODEFS' in module))
    throw new Error('this version of PGlite has no Node file system: writes could not be made durable')
  return module.NODEFS as EmscriptenNodeFs
}
