import { pathToFileURL } from 'node:url'
import type { PackageInfo } from './package-info.ts'
import { readPackageInfo } from './package-info.ts'
import { resolvePackage } from './resolve-package.ts'

export type LoadedModule =
  | { readonly info: PackageInfo; readonly file: string; readonly defaultExport: unknown }
  | { readonly info: null; readonly message: string }

/** Resolves and imports what a `use` stands for. */
export async function loadModule(use: string, directory: string, subpath = ''): Promise<LoadedModule> {
  const resolution = resolvePackage(use, directory, subpath)
  if (!resolution.found) return { info: null, message: resolution.message }
  const info = readPackageInfo(resolution.file, resolution.name, directory)
  try {
    const module: unknown = await import(pathToFileURL(resolution.file).href)
    const defaultExport: unknown =
      typeof module === 'object' && module !== null && 'default' in module ? module.default : undefined
    return { info, file: resolution.file, defaultExport }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { info: null, message: `${info.name} was found at ${info.file}, but loading it failed: ${reason}` }
  }
}
