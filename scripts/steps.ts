import { spawnSync } from 'node:child_process'

/** Does one step of a script and tells how long it took, or ends the script with what went wrong. */
export function step(name: string, act: () => unknown): void {
  const start = performance.now()
  try {
    act()
  } catch (error) {
    console.error(`✗ ${name}`)
    throw error
  }
  console.log(`✓ ${name} (${((performance.now() - start) / 1_000).toFixed(1)} s)`)
}

// The folder from which a script of this workspace was called says nothing about the programs that it runs elsewhere.
const { INIT_CWD: _, ...environment } = process.env

/** Runs a program to its end and returns what it wrote. @throws with all of it when it fails. */
export function run(program: string, args: readonly string[], folder: string): string {
  const { error, status, signal, stdout, stderr } = spawnSync(program, args, {
    cwd: folder,
    encoding: 'utf8',
    env: environment,
  })
  if (error !== undefined) throw error
  if (status === 0) return stdout
  throw new Error(`${program} ${args.join(' ')} ended with ${signal ?? status} in ${folder}\n${stdout}\n${stderr}`)
}
