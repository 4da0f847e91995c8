import { describe, expect, it } from 'vitest'
import type { SourceFile } from './source-files.ts'
import { importsOf, packageOf, sourceFiles } from './source-files.ts'

const CORE = sourceFiles('core')
const VENUES = sourceFiles('venue-*')
const RUNNER = sourceFiles('runner')

/** `path: package` for everything that is taken from outside the file's own package. */
function outside(files: readonly SourceFile[], which: 'text' | 'code'): readonly string[] {
  return files.flatMap((file) =>
    importsOf(file[which]).flatMap((specifier) => {
      const name = packageOf(specifier)
      return name === null ? [] : [`${file.path}: ${name}`]
    }),
  )
}

/** `path: what was found` for every match in what runs. */
function found(files: readonly SourceFile[], pattern: RegExp): readonly string[] {
  return files.flatMap(({ path, code }) => Array.from(code.matchAll(pattern), ([match]) => `${path}: ${match}`))
}

function names(imports: readonly string[]): ReadonlySet<string | undefined> {
  return new Set(imports.map((line) => line.split(': ')[1]))
}

/** The package that an import leads to, and the file that says so. */
function ownImports(files: readonly SourceFile[]): readonly string[] {
  return outside(files, 'text').filter((line) => line.includes(': @portolan/'))
}

describe('what the checks below stand on', () => {
  it('every room has sources', () => {
    for (const room of [CORE, VENUES, RUNNER]) expect(room.length).toBeGreaterThan(0)
    expect(new Set(VENUES.map(({ path }) => path.split('/')[0])).size).toBeGreaterThan(1)
  })

  it('an import is seen in every form, and only where it runs', () => {
    const text = [
      `import type { A } from 'types-only'`,
      `import { b } from '@scope/b/deep'`,
      `import {\n  c,\n  d,\n} from "c"`,
      `import 'e'`,
      `export * from 'f'`,
      `const g = await import('g/h.js')`,
      `// import { i } from 'a-comment'`,
    ].join('\n')
    expect(importsOf(text).map(packageOf)).toEqual(['types-only', '@scope/b', 'c', 'e', 'f', 'g'])
    expect(importsOf(`import { a } from './a.ts'`).map(packageOf)).toEqual([null])
  })
})

describe('core', () => {
  it('runs on exact decimals and nothing else', () => {
    expect(names(outside(CORE, 'code'))).toEqual(new Set(['decimal.js']))
  })

  it('takes one more package for its types alone', () => {
    expect(names(outside(CORE, 'text'))).toEqual(new Set(['decimal.js', '@standard-schema/spec']))
  })

  it('reads no clock and no chance', () => {
    expect(found(CORE, /\bDate\.now\b|\bnew Date\(\s*\)|\bMath\.random\b|\bcrypto\b|\bperformance\b/g)).toEqual([])
  })

  it('has no timers, no process, no network, no console', () => {
    const globals =
      /\b(?:set(?:Timeout|Interval|Immediate)|queueMicrotask|process|globalThis|fetch|WebSocket|console)\b/g
    expect(found(CORE, globals)).toEqual([])
  })

  it('is synchronous', () => {
    expect(found(CORE, /\basync\b|\bawait\b|\bnew Promise\b|\.then\(/g)).toEqual([])
  })
})

describe('a venue package', () => {
  it('knows core alone: no runner and no other venue', () => {
    expect(names(ownImports(VENUES))).toEqual(new Set(['@portolan/core']))
  })

  it('leaves its folder for nothing but packages', () => {
    const elsewhere = VENUES.flatMap(({ path, text }) =>
      importsOf(text)
        .filter((specifier) => specifier.startsWith('.'))
        .map((specifier) => new URL(specifier, `file:///${path}`).pathname.slice(1))
        .filter((target) => !target.startsWith(`${path.split('/')[0]}/src/`))
        .map((target) => `${path}: ${target}`),
    )
    expect(elsewhere).toEqual([])
  })
})

describe('the runner', () => {
  it('imports core and no venue', () => {
    // `@portolan/runner` stands in an example of its own documentation.
    expect(names(outside(RUNNER, 'code').filter((line) => line.includes(': @portolan/')))).toEqual(
      new Set(['@portolan/core']),
    )
  })
})

describe('core and runner', () => {
  /** Names of the venue packages, and by which their venues are found. */
  const names = [...new Set(VENUES.map(({ path }) => path.split('/')[0]?.replace('venue-', '') ?? ''))]

  it('name no venue, not even in a comment: whatever is installed is found', () => {
    expect(names.length).toBeGreaterThan(1)
    const named = new RegExp(names.join('|'), 'i')
    const mentions = [...CORE, ...RUNNER].flatMap(({ path, text }) => (named.test(text) ? [path] : []))
    expect(mentions).toEqual([])
  })
})
