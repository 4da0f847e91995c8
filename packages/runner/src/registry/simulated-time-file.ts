import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { SimulatedTime } from '@portolan/core'
import { z } from 'zod'
import { RunnerError } from '../runner-error.ts'

/** How often the time reached is written, wall clock ms. */
const SAVE_EVERY_MS = 1000
/** What is written lies so far ahead: a process that was killed never comes back to a time that it had passed, wall clock ms. */
const AHEAD_MS = 5000

const savedSchema = z.object({
  /** Simulated time that no process has passed, ms. */
  reachedMs: z.number(),
  /** Wall clock when that was written, ms. */
  wallMs: z.number(),
})

/** Where it is kept in the runner's own folder. */
export function simulatedTimePath(stateDirectory: string): string {
  return join(stateDirectory, 'simulators', 'time.json')
}

/**
 * The time of simulators that keep their state: it starts at the wall clock, runs `speed` times as fast while they run and as fast as the wall clock
 * while they do not, and never goes back. Disposing writes where it stands.
 */
export class SimulatedTimeFile implements Disposable {
  readonly #path: string
  readonly #now: () => number
  readonly #timer: NodeJS.Timeout
  #time: SimulatedTime

  /** @throws {RunnerError} `simulator-failed` when the file is there and cannot be read, or cannot be written. */
  constructor(path: string, speed: number, now: () => number = Date.now) {
    this.#path = path
    this.#now = now
    const wall = now()
    const saved = read(path)
    const anchorMs = saved === null ? wall : saved.reachedMs + Math.max(0, wall - saved.wallMs)
    this.#time = { speed, anchorWallMs: wall, anchorMs }
    try {
      mkdirSync(dirname(path), { recursive: true })
      this.#save(AHEAD_MS)
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new RunnerError('simulator-failed', `The time of the simulators cannot be kept: ${reason}`, { cause })
    }
    this.#timer = setInterval(() => {
      try {
        this.#save(AHEAD_MS)
      } catch {
        // A full disk, for one, may pass: the next one tells, and what was written last still holds for a while.
      }
    }, SAVE_EVERY_MS)
    this.#timer.unref()
  }

  get time(): SimulatedTime {
    return this.#time
  }

  /** Goes on with the time in which a simulator found itself. */
  follow(time: SimulatedTime): void {
    this.#time = time
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
    this.#save(0)
  }

  #save(aheadMs: number): void {
    const { speed, anchorWallMs, anchorMs } = this.#time
    const wallMs = this.#now()
    const reachedMs = Math.ceil(anchorMs + (Math.max(0, wallMs - anchorWallMs) + aheadMs) * speed)
    const draft = `${this.#path}.part`
    writeFileSync(draft, `${JSON.stringify({ reachedMs, wallMs })}\n`)
    renameSync(draft, this.#path)
  }
}

/**
 * The simulated time by such a file, ms, without taking it up; `null` when there is none. While simulators run it is ahead of theirs by what is written
 * ahead, never behind.
 */
export function simulatedTimeNow(path: string, now: () => number = Date.now): number | null {
  const saved = read(path)
  return saved === null ? null : saved.reachedMs + Math.max(0, now() - saved.wallMs)
}

function read(path: string): z.output<typeof savedSchema> | null {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null
    throw new RunnerError('simulator-failed', `${path} cannot be read`, { cause })
  }
  try {
    return savedSchema.parse(JSON.parse(text))
  } catch (cause) {
    throw new RunnerError(
      'simulator-failed',
      `${path} does not hold the time of a simulator: remove it together with what the simulators keep beside it`,
      { cause },
    )
  }
}
