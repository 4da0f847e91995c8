import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const RUNNER = resolve(import.meta.dirname, '..', '..')
const MAIN = join(RUNNER, 'src', 'cli', 'main.ts')

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** The real command line in a process of its own, as a person would call it. */
export class RunningCommand {
  readonly process: ChildProcess
  readonly ended: Promise<Ended>
  #stdout = ''
  #stderr = ''
  readonly #listeners = new Set<() => void>()

  constructor(args: readonly string[], cwd: string, environment: Readonly<Record<string, string>> = {}) {
    // What a package manager told the tests is not what the person in `cwd` was told.
    const { INIT_CWD: _called, PORTOLAN_DEBUG: _debug, ...inherited } = process.env
    const child = spawn(process.execPath, ['--conditions=@portolan/source', MAIN, ...args], {
      cwd,
      env: { ...inherited, NO_COLOR: '1', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.process = child
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text
      for (const listener of this.#listeners) listener()
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text
    })
    this.ended = new Promise((done, fail) => {
      child.once('error', fail)
      child.once('close', (code) => {
        done({ code, stdout: this.#stdout, stderr: this.#stderr })
        for (const listener of this.#listeners) listener()
      })
    })
  }

  /** The first whole line of standard output in which the pattern is found. Rejects when it ends without one. */
  async line(pattern: RegExp): Promise<string> {
    for (;;) {
      const whole = this.#stdout.split('\n').slice(0, -1)
      const found = whole.find((line) => pattern.test(line))
      if (found !== undefined) return found
      if (this.process.exitCode !== null)
        throw new Error(`it ended without such a line: ${this.#stdout}${this.#stderr}`)
      await new Promise<void>((heard) => this.#listeners.add(heard))
    }
  }

  async stop(signal: NodeJS.Signals): Promise<Ended> {
    this.process.kill(signal)
    return this.ended
  }
}

/** A folder with a config, from which the runner's own packages can be resolved. Disposing ends what still runs in it. */
export class Project implements Disposable {
  readonly #started: RunningCommand[] = []
  readonly directory = mkdtempSync(join(tmpdir(), 'portolan-cli-'))

  constructor(config?: unknown) {
    symlinkSync(join(RUNNER, 'node_modules'), join(this.directory, 'node_modules'), 'dir')
    if (config !== undefined) this.write('portolan.config.json', JSON.stringify(config))
  }

  path(name: string): string {
    return join(this.directory, name)
  }

  write(name: string, text: string): string {
    writeFileSync(this.path(name), text)
    return this.path(name)
  }

  start(...args: string[]): RunningCommand {
    const command = new RunningCommand(args, this.directory)
    this.#started.push(command)
    return command
  }

  run(...args: string[]): Promise<Ended> {
    return this.start(...args).ended
  }

  [Symbol.dispose](): void {
    for (const { process: child } of this.#started) if (child.exitCode === null) child.kill('SIGKILL')
    rmSync(this.directory, { recursive: true, force: true })
  }
}
