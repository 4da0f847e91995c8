import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url))

/** How a process ended. */
export interface ProcessEnd {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** The command line as a process of its own, as a person starts it: what it writes can be watched, and it can be killed. */
export class RunnerProcess implements AsyncDisposable {
  readonly startedAt = performance.now()
  readonly ended: Promise<ProcessEnd>
  readonly #child: ChildProcess
  readonly #watchers = new Set<() => void>()
  #stdout = ''
  #stderr = ''
  #end: ProcessEnd | null = null

  /** @param folder the working directory. */
  constructor(args: readonly string[], options: { readonly folder: string; readonly env?: NodeJS.ProcessEnv }) {
    this.#child = spawn(process.execPath, ['--conditions=@portolan/source', MAIN, ...args], {
      cwd: options.folder,
      // Tells the folder of whoever called a package manager, which is not ours.
      env: { ...process.env, INIT_CWD: '', NO_COLOR: '1', ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text
      this.#look()
    })
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text
      this.#look()
    })
    this.ended = once(this.#child, 'close').then(([code, signal]) => {
      this.#end = { code, signal }
      this.#look()
      return this.#end
    })
  }

  /** What it has written so far, whole lines. */
  get lines(): readonly string[] {
    return this.#stdout.split('\n').slice(0, -1)
  }

  get stderr(): string {
    return this.#stderr
  }

  get isRunning(): boolean {
    return this.#end === null
  }

  /** Resolves with the first line that fits, as soon as it is there; `null` when there is none within the time (wall ms). Rejects when the process ends first. */
  async line(fits: RegExp, withinMs: number): Promise<string | null> {
    const late = AbortSignal.timeout(withinMs)
    for (;;) {
      const found = this.lines.find((line) => fits.test(line))
      if (found !== undefined) return found
      if (this.#end !== null)
        throw new Error(`it ended (${JSON.stringify(this.#end)}) before it wrote ${fits}: ${this.said()}`)
      if (late.aborted) return null
      await this.#change(late)
    }
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name)
  }

  /** Kills it as a power cut would, and waits until it is gone. */
  async kill(): Promise<ProcessEnd> {
    this.#child.kill('SIGKILL')
    return await this.ended
  }

  /** Asks for a clean end as Ctrl-C does, and waits for it. */
  async interrupt(): Promise<ProcessEnd> {
    this.#child.kill('SIGINT')
    const late = sleep(30_000, null, { ref: false })
    const end = await Promise.race([this.ended, late])
    if (end === null) throw new Error(`it did not end within 30 s of SIGINT: ${this.said()}`)
    return end
  }

  /** The end of all that it wrote, for a message. */
  said(): string {
    return `${this.#stdout.slice(-2_000)}\n${this.#stderr.slice(-4_000)}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#end === null) await this.kill()
  }

  #look(): void {
    for (const watcher of this.#watchers) watcher()
  }

  async #change(late: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const done = (): void => {
        this.#watchers.delete(done)
        late.removeEventListener('abort', done)
        resolve()
      }
      this.#watchers.add(done)
      late.addEventListener('abort', done)
    })
  }
}
