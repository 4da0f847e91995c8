import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const READERS = ['readFileSync', 'readFile', 'createReadStream', 'openSync', 'open', 'statSync', 'stat'] as const
const PROMISED = ['readFile', 'open', 'stat'] as const

/**
 * From now on whoever reads one file in this thread reads another: a model that opens the recording by itself sees the changed future too. Meant for a
 * thread that does nothing else.
 */
export function redirectReads(from: string, to: string): void {
  const real = realPath(from)
  const redirected = (path: unknown): unknown => (pathOf(path) === real ? to : path)
  redirectAll(fs, READERS, redirected)
  redirectAll(fs.promises, PROMISED, redirected)
  syncBuiltinESMExports()
}

function redirectAll(target: object, names: readonly string[], redirected: (path: unknown) => unknown): void {
  for (const name of names) {
    const original: unknown = Reflect.get(target, name)
    if (typeof original !== 'function') continue
    Reflect.set(target, name, (path: unknown, ...rest: unknown[]): unknown =>
      Reflect.apply(original, target, [redirected(path), ...rest]),
    )
  }
}

function pathOf(path: unknown): string | null {
  if (typeof path === 'string') return realPath(path)
  return path instanceof URL && path.protocol === 'file:' ? realPath(fileURLToPath(path)) : null
}

function realPath(path: string): string {
  try {
    return fs.realpathSync.native(path)
  } catch {
    return resolve(path)
  }
}
