import { dirname, resolve } from 'node:path'
import { cosmiconfig } from 'cosmiconfig'
import { RunnerError } from '../runner-error.ts'
import { redactText } from '../services/log/index.ts'

/** A config file as it was read, not validated. */
export interface ConfigFile {
  readonly path: string
  /** Its folder: relative paths and package names start from here. */
  readonly directory: string
  readonly value: unknown
}

/** File names, the first that exists in a folder counts. */
const CONFIG_FILES = ['ts', 'js', 'mjs', 'json', 'yaml', 'yml'].map((ending) => `portolan.config.${ending}`)

/**
 * Reads the config file: the one given, or the nearest from the working directory upwards.
 * @throws {RunnerError} `config-not-found` or `config-unreadable`, naming the file.
 */
export async function readConfig(request: { readonly cwd: string; readonly path?: string }): Promise<ConfigFile> {
  const explorer = explore()
  const found =
    request.path === undefined ? await searchUpwards(request.cwd) : await load(resolve(request.cwd, request.path))
  return { path: found.filepath, directory: dirname(found.filepath), value: found.config }

  async function searchUpwards(start: string): Promise<{ filepath: string; config: unknown }> {
    for (let folder = resolve(start); ; folder = dirname(folder)) {
      const result = await readable(folder, () => explorer.search(folder))
      if (result !== null) return result
      if (folder === dirname(folder)) break
    }
    throw new RunnerError(
      'config-not-found',
      `No config found in ${resolve(start)} or above: write a portolan.config.ts (or .js, .json, .yaml), or name one with --config PATH`,
    )
  }

  async function load(path: string): Promise<{ filepath: string; config: unknown }> {
    const result = await readable(path, () => explorer.load(path))
    return result ?? { filepath: path, config: undefined }
  }
}

function explore(): ReturnType<typeof cosmiconfig> {
  return cosmiconfig('portolan', {
    searchPlaces: CONFIG_FILES,
    searchStrategy: 'none',
    ignoreEmptySearchPlaces: false,
    cache: false,
    loaders: {},
  })
}

async function readable<T>(place: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (cause) {
    if (isMissing(cause, place)) {
      throw new RunnerError('config-not-found', `There is no config file ${place}`, { cause })
    }
    const file = fileOf(cause) ?? place
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new RunnerError('config-unreadable', `Cannot read the config ${file}: ${redactText(reason)}`, { cause })
  }
}

function isMissing(error: unknown, place: string): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT' && 'path' in error && error.path === place
}

function fileOf(error: unknown): string | null {
  const file: unknown = error instanceof Error && 'filepath' in error ? error.filepath : null
  return typeof file === 'string' ? file : null
}
