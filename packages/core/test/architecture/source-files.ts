import { globSync, readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'

const PACKAGES = join(import.meta.dirname, '..', '..', '..')

export interface SourceFile {
  /** From the `packages` folder, with `/`. */
  readonly path: string
  /** What it says, comments and all. */
  readonly text: string
  /** What Node would run: without types and comments. */
  readonly code: string
}

/** The TypeScript files below `packages/<name>/src`; `name` may be a pattern. */
export function sourceFiles(name: string): readonly SourceFile[] {
  return globSync(`${name}/src/**/*.ts`, { cwd: PACKAGES }).map((file) => {
    const text = readFileSync(join(PACKAGES, file), 'utf8')
    return { path: file.replaceAll('\\', '/'), text, code: withoutComments(stripTypeScriptTypes(text)) }
  })
}

/** The package or path of every `import` and `export ... from`, also those made while running. */
export function importsOf(text: string): readonly string[] {
  const statements = text.matchAll(
    /^(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]|^import\s*['"]([^'"]+)['"]/gm,
  )
  const calls = text.matchAll(/\b(?:import|require)\s*\(\s*['"`]([^'"`]+)['"`]/g)
  return [...statements, ...calls].flatMap(([, from, alone]) => from ?? alone ?? [])
}

/** `@scope/name/sub` and `name/sub` without what follows the name; `null` for a path of the package itself. */
export function packageOf(specifier: string): string | null {
  if (specifier.startsWith('.')) return null
  return specifier.startsWith('node:') ? specifier : specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
}

function withoutComments(code: string): string {
  return code.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/(^|\s)\/\/.*$/gm, '$1')
}
