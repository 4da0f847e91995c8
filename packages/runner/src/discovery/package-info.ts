import { readFileSync } from 'node:fs'
import { findPackageJSON } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'

/** What a package says of itself, apart from its definition. */
export interface PackageInfo {
  readonly name: string
  /** `null` for a file that belongs to no package with a version. */
  readonly version: string | null
  /** The file that was loaded. */
  readonly file: string
  /** Core is listed where the package manager may install a second copy of it. */
  readonly bringsOwnCore: boolean
}

const manifestSchema = z.looseObject({
  name: z.string().optional(),
  version: z.string().optional(),
  dependencies: z.record(z.string(), z.unknown()).optional(),
})

/**
 * Reads the manifest of the package that a file belongs to, before any of its code runs.
 * @param name as the config calls it. @param directory the config's: what lies in the same package uses the core that is installed there.
 */
export function readPackageInfo(file: string, name: string, directory: string): PackageInfo {
  const manifest = readManifest(file)
  const isProjects = manifestPath(file) === findPackageJSON('.', pathToFileURL(join(directory, 'portolan.config.js')))
  return {
    name: manifest?.name ?? name,
    version: manifest?.version ?? null,
    file,
    bringsOwnCore: !isProjects && Object.hasOwn(manifest?.dependencies ?? {}, '@portolan/core'),
  }
}

/** `name version (file)` for messages. */
export function describePackage(info: PackageInfo): string {
  return `${info.name}${info.version === null ? '' : ` ${info.version}`} (${info.file})`
}

/** `@portolan/runner` and its version. */
export function describeRunner(): string {
  const manifest = readManifest(import.meta.filename)
  return `${manifest?.name ?? '@portolan/runner'} ${manifest?.version ?? ''}`.trim()
}

function manifestPath(file: string): string | undefined {
  return findPackageJSON(pathToFileURL(file))
}

function readManifest(file: string): z.output<typeof manifestSchema> | null {
  try {
    const path = manifestPath(file)
    return path === undefined ? null : manifestSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return null
  }
}
