import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { linkProgram } from './link-program.ts'

const SOURCE = fileURLToPath(new URL('../../../src/simulator/amm/amm.c', import.meta.url))
const TARGET = fileURLToPath(new URL('../../../src/simulator/amm/program-bytes.ts', import.meta.url))
const COMPILER = 'clang-14'
const FLAGS = ['-target', 'bpf', '-mcpu=v1', '-O2', '-fno-builtin', '-ffreestanding', '-c']

/** Compiles `amm.c` with clang 14. @throws with code `ENOENT` when there is no clang 14 on this machine. */
export function buildProgram(): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'portolan-amm-'))
  try {
    const object = join(folder, 'amm.o')
    execFileSync(COMPILER, [...FLAGS, SOURCE, '-o', object], { stdio: ['ignore', 'inherit', 'pipe'] })
    return linkProgram(readFileSync(object))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const lines =
    buildProgram()
      .toString('base64')
      .match(/.{1,116}/g) ?? []
  const text = lines.map((line) => `  '${line}',`).join('\n')
  writeFileSync(
    TARGET,
    `/** \`amm.c\` as an SBPFv0 shared object, base64: written by test/simulator/amm/build-program.ts, which a test repeats. */
export const PROGRAM_BASE64 = [
${text}
].join('')
`,
  )
}
