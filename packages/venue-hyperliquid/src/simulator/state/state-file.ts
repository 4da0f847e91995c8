import { open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { SimulatorState } from './simulator-state.ts'
import { decodeState, encodeState } from './state-codec.ts'

/** The state file cannot be used as it is. */
export class StateFileError extends Error {
  override readonly name = 'StateFileError'
}

/**
 * Reads a saved state; `undefined` when there is no file.
 * @throws {StateFileError} when it is damaged or belongs to another seed.
 */
export async function readState(path: string, seed: string): Promise<SimulatorState | undefined> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined
    throw new StateFileError(`cannot read the simulator state ${path}`, { cause })
  }
  let state: unknown
  try {
    state = decodeState(text)
  } catch (cause) {
    throw new StateFileError(`the simulator state ${path} is damaged: delete it to start afresh`, { cause })
  }
  if (!isState(state))
    throw new StateFileError(`${path} is not a simulator state of version 1: delete it to start afresh`)
  if (state.seed !== seed) {
    throw new StateFileError(`the simulator state ${path} was made with seed "${state.seed}", not "${seed}"`)
  }
  return state
}

function isState(value: unknown): value is SimulatorState {
  return typeof value === 'object' && value !== null && 'version' in value && value.version === 1 && 'accounts' in value
}

/**
 * Saves atomically: a new file, flushed to the disk, takes the old one's place. Calls that come while one is being written share the
 * next write; each resolves only when a state at least as new as its call is safe.
 */
export class StateFile {
  readonly #path: string
  readonly #capture: () => SimulatorState
  #running: Promise<void> | undefined
  #next: Promise<void> | undefined

  constructor(path: string, capture: () => SimulatorState) {
    this.#path = path
    this.#capture = capture
  }

  save(): Promise<void> {
    if (this.#running === undefined) {
      this.#running = this.#write().finally(() => {
        this.#running = undefined
      })
      return this.#running
    }
    this.#next ??= this.#running
      .catch(() => undefined)
      .then(() => {
        this.#next = undefined
        return this.save()
      })
    return this.#next
  }

  async #write(): Promise<void> {
    const temporary = `${this.#path}.${process.pid}.tmp`
    const file = await open(temporary, 'w')
    try {
      await file.writeFile(encodeState(this.#capture()))
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, this.#path)
    await syncDirectory(dirname(this.#path))
  }
}

/** Makes the rename itself durable, where the platform can. */
async function syncDirectory(path: string): Promise<void> {
  try {
    const directory = await open(path, 'r')
    try {
      await directory.sync()
    } finally {
      await directory.close()
    }
  } catch {
    // Windows cannot open a directory; there the rename is as durable as it gets.
  }
}
