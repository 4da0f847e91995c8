import { readFileSync } from 'node:fs'
import { findPackageJSON } from 'node:module'
import { z } from 'zod'

const manifest = z.looseObject({ version: z.string() })

/** The runner's version. */
export function runnerVersion(): string {
  return versionOf('..', import.meta.url)
}

/** The version of core that the runner uses. */
export function coreVersion(): string {
  return versionOf('@portolan/core', import.meta.url)
}

function versionOf(specifier: string, base: string): string {
  try {
    const path = findPackageJSON(specifier, base)
    return path === undefined ? 'unknown' : manifest.parse(JSON.parse(readFileSync(path, 'utf8'))).version
  } catch {
    return 'unknown'
  }
}
