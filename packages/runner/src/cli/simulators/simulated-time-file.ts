import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { SimulatedTime } from '@portolan/core'
import { z } from 'zod'
import { CommandError } from '../command-error.ts'

/** How often the time reached is written, and how far ahead of it, wall clock ms: a killed process never comes back to a time that it had passed. */
const SAVE_EVERY_MS = 1000
const AHEAD_MS = 5000

const savedSchema = z.object({
  /** Simulated time that no process has passed, ms. */
  reachedMs: z.number(),
  /** Wall clock when that was written, ms. */
  wallMs: z.number(),
})

/**
 * The time of simulators that keep their state: it starts at the wall clock, runs `speed` times as fast while they run and as fast as the wall clock
 * while they do not, and never goes back. Disposing writes where it stands.
 */
export class SimulatedTimeFile implements Disposable {
  readonly time: SimulatedTime
  readonly #path: string
  readonly #timer: NodeJS.Timeout

  /** @throws {CommandError} when the file is there and cannot be read. */
  constructor(path: string, speed: number) {
    this.#path = path
    const wall = Date.now()
    const saved = read(path)
    const anchorMs = saved === null ? wall : saved.reachedMs + Math.max(0, wall - saved.wallMs)
    this.time = { speed, anchorWallMs: wall, anchorMs }
    mkdirSync(dirname(path), { recursive: true })
    this.#save(AHEAD_MS)
    this.#timer = setInterval(() => this.#save(AHEAD_MS), SAVE_EVERY_MS)
    this.#timer.unref()
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
    this.#save(0)
  }

  #save(aheadMs: number): void {
    const { speed, anchorWallMs, anchorMs } = this.time
    const wallMs = Date.now()
    const reachedMs = Math.ceil(anchorMs + (Math.max(0, wallMs - anchorWallMs) + aheadMs) * speed)
    const draft = `${this.#path}.part`
    writeFileSync(draft, `${JSON.stringify({ reachedMs, wallMs })}\n`)
    renameSync(draft, this.#path)
  }
}

function read(path: string): z.output<typeof savedSchema> | null {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
  try {
    return savedSchema.parse(JSON.parse(text))
  } catch (cause) {
    throw new CommandError(
      `${path} does not hold the time of a simulator: remove it together with the simulator's state`,
      {
        cause,
      },
    )
  }
}
