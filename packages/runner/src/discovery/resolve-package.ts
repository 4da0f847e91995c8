import { readFileSync, statSync } from 'node:fs'
import { createRequire, findPackageJSON } from 'node:module'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { candidateNames, isPath } from './package-names.ts'
import { processConditions } from './process-conditions.ts'

/** The module that a `use` stands for, or why there is none. */
export type Resolution =
  | { readonly found: true; readonly name: string; readonly file: string }
  | { readonly found: false; readonly message: string }

/**
 * Finds the module of a `use`, from the folder of the config file and never from the runner's own.
 * @param subpath an export below the package, e.g. `/simulator`.
 */
export function resolvePackage(use: string, directory: string, subpath = ''): Resolution {
  if (isPath(use)) return resolvePath(use, directory, subpath)
  const base = pathToFileURL(join(directory, 'portolan.config.js'))
  const names = candidateNames(use)
  const name = names.find((candidate) => isInstalled(candidate, base))
  if (name === undefined) {
    return {
      found: false,
      message: `no package ${names.join(' or ')} can be found from ${directory}: install it, or write its full name or path`,
    }
  }
  return resolveFrom(base, `${name}${subpath}`, name)
}

function resolvePath(use: string, directory: string, subpath: string): Resolution {
  const path = resolve(directory, use)
  const ownName = packageNameAt(path)
  // A folder with a package in it is asked as its own code would ask for it, so that its `exports` count.
  if (ownName !== null) return resolveFrom(pathToFileURL(join(path, 'package.json')), `${ownName}${subpath}`, use)
  return resolveFrom(pathToFileURL(join(directory, 'portolan.config.js')), `${path}${subpath}`, use)
}

function resolveFrom(base: URL, specifier: string, name: string): Resolution {
  // Its types do not know of the conditions yet.
  const locate = createRequire(base).resolve as (id: string, options: { conditions: ReadonlySet<string> }) => string
  try {
    return { found: true, name, file: locate(specifier, { conditions: processConditions() }) }
  } catch (error) {
    const [reason = ''] = (error instanceof Error ? error.message : String(error)).split('\n')
    return { found: false, message: `${specifier} cannot be loaded: ${reason}` }
  }
}

function isInstalled(name: string, base: URL): boolean {
  try {
    return findPackageJSON(name, base) !== undefined
  } catch {
    return false
  }
}

/** Name of the package whose folder this is; `null` when it is no such folder. */
function packageNameAt(path: string): string | null {
  try {
    if (!statSync(path).isDirectory()) return null
    const manifest: unknown = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'))
    const hasExports = typeof manifest === 'object' && manifest !== null && 'exports' in manifest && 'name' in manifest
    return hasExports && typeof manifest.name === 'string' ? manifest.name : null
  } catch {
    return null
  }
}
