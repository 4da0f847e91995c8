/**
 * Checks the packages as they would be published: packs each of them, lets publint and attw judge the tarballs, then installs them in a project outside of
 * this workspace, type-checks a venue, a config, an embedding program and the READMEs there, imports every subpath and runs the command line.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { run, step } from './steps.ts'

const ROOT = join(import.meta.dirname, '..')
const CONSUMER = join(import.meta.dirname, 'packed-consumer')
const RUN_FOR = '8s'

const manifestSchema = z.object({
  name: z.string(),
  version: z.string(),
  private: z.boolean().default(false),
  exports: z.record(z.string(), z.unknown()).default({}),
})

type Manifest = z.output<typeof manifestSchema>

function manifest(folder: string): Manifest {
  return manifestSchema.parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')))
}

/** Packs a package, as publishing would, and returns the tarball. */
function pack(folder: string, destination: string): string {
  mkdirSync(destination)
  run('pnpm', ['pack', '--pack-destination', destination], folder)
  const [tarball, ...others] = readdirSync(destination)
  if (tarball === undefined || others.length > 0) throw new Error(`${folder} gave ${others.length + 1} tarballs`)
  return join(destination, tarball)
}

/** A project of a stranger: nothing in it knows of this workspace. */
function writeConsumer(project: string, tarballs: ReadonlyMap<string, string>): void {
  cpSync(CONSUMER, project, { recursive: true })
  cpSync(join(ROOT, 'examples', 'venue-minimal', 'src'), join(project, 'venue-minimal'), { recursive: true })
  const own = Object.fromEntries([...tarballs].map(([name, tarball]) => [name, `file:${tarball}`]))
  const asHere = ['typescript', '@types/node', 'zod'].map((name): [string, string] => [
    name,
    manifest(join(ROOT, 'node_modules', name)).version,
  ])
  const dependencies = { ...own, ...Object.fromEntries(asHere) }
  writeJson(join(project, 'package.json'), { name: 'consumer', private: true, type: 'module', dependencies })
  // The packages name each other by version, and these versions are in no registry.
  writeJson(join(project, 'pnpm-workspace.yaml'), { packages: ['.'], overrides: own })
  writeJson(join(project, 'tsconfig.json'), {
    compilerOptions: {
      module: 'nodenext',
      target: 'es2024',
      lib: ['es2024', 'esnext.disposable'],
      types: ['node'],
      strict: true,
      noEmit: true,
      skipLibCheck: false,
      erasableSyntaxOnly: true,
      allowImportingTsExtensions: true,
    },
  })
}

function writeJson(file: string, value: unknown): void {
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`)
}

/** Writes the TypeScript of the packages' READMEs beside the other files, so that it is checked with them. */
function writeExamples(project: string, names: Iterable<string>): void {
  for (const name of names) {
    const readme = readFileSync(join(project, 'node_modules', name, 'README.md'), 'utf8')
    for (const [index, [, code = '']] of [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].entries()) {
      writeFileSync(join(project, `${name.replace('/', '-').slice(1)}-readme-${index + 1}.ts`), code)
    }
  }
}

/** Imports every subpath that the installed packages offer, in a plain Node. */
function importAll(project: string, names: Iterable<string>): void {
  for (const name of names) {
    const { exports } = manifest(join(project, 'node_modules', name))
    if (JSON.stringify(exports).includes('src/')) throw new Error(`${name}: a published export leads to a source`)
    for (const subpath of Object.keys(exports)) {
      const specifier = JSON.stringify(name + subpath.slice(1))
      const options = subpath.endsWith('.json') ? `, { with: { type: 'json' } }` : ''
      run('node', ['--input-type=module', '--eval', `await import(${specifier}${options})`], project)
    }
  }
}

const work = mkdtempSync(join(tmpdir(), 'portolan-packed-'))
try {
  const folders = readdirSync(join(ROOT, 'packages')).map((name) => join(ROOT, 'packages', name))
  const published = folders.map((folder) => ({ folder, ...manifest(folder) })).filter((each) => !each.private)
  const tarballs = new Map<string, string>()
  for (const { folder, name } of published) {
    step(`pack ${name}`, () => tarballs.set(name, pack(folder, join(work, String(tarballs.size)))))
  }
  for (const [name, tarball] of tarballs) {
    step(`publint ${name}`, () => run('publint', ['--strict', tarball], ROOT))
    step(`attw ${name}`, () => run('attw', [tarball, '--profile', 'esm-only'], ROOT))
  }

  const project = join(work, 'consumer')
  const bin = (name: string): string => join(project, 'node_modules', '.bin', name)
  step('install outside of the workspace', () => {
    writeConsumer(project, tarballs)
    run('pnpm', ['install', '--prefer-offline', '--no-frozen-lockfile'], project)
    writeExamples(project, tarballs.keys())
  })
  step('type-check a venue, a config, an embedding program and the READMEs', () =>
    run(bin('tsc'), ['-p', '.'], project),
  )
  step('import every subpath', () => importAll(project, tarballs.keys()))
  step('portolan --version', () => {
    const version = run(bin('portolan'), ['--version'], project).trim()
    const { version: expected } = manifest(join(ROOT, 'packages', 'runner'))
    if (version !== expected) throw new Error(`it said ${version}, not ${expected}`)
  })
  step('portolan venues', () => {
    const found = run(bin('portolan'), ['venues'], project)
    for (const key of ['hyperliquid/perps', 'solana/onchain_crypto', 'minimal/spot']) {
      if (!found.includes(key)) throw new Error(`it did not find ${key}:\n${found}`)
    }
  })
  step('embed the runner', () => run('node', ['embed.ts'], project))
  step(`portolan start --until ${RUN_FOR}`, () => {
    run(bin('portolan'), ['start', '--until', RUN_FOR], project)
    if (!existsSync(join(project, 'db'))) throw new Error('it kept no database')
  })
} finally {
  rmSync(work, { recursive: true, force: true })
}
