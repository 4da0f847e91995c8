import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { SimulatorDefinition } from '@portolan/core'
import type { LoadedSimulator } from '../../discovery/index.ts'
import { loadSimulator, validateOptions } from '../../discovery/index.ts'
import { SimulatedTimeFile } from '../../registry/index.ts'
import { CommandError } from '../command-error.ts'
import { Interruption } from '../interruption.ts'
import { startSimulator } from '../simulators/start-simulator.ts'
import type { Terminal } from '../terminal.ts'

export interface SimulateOptions {
  readonly port: number
  readonly speed: number
  readonly seed?: number
  /** A folder in which the simulator keeps its state. */
  readonly state?: string
  readonly option?: Readonly<Record<string, unknown>>
}

/** Runs a venue's simulator until it is interrupted, for clients of any kind. Prints one line of JSON when it listens. */
export async function simulate(terminal: Terminal, venue: string, options: SimulateOptions): Promise<void> {
  const { definition } = await findSimulator(venue, terminal.cwd)
  const seed = options.seed === undefined ? {} : { seed: options.seed }
  const validated = await validateSimulatorOptions(definition, { ...options.option, ...seed })
  const stateDirectory = options.state === undefined ? null : resolve(terminal.cwd, options.state)
  if (stateDirectory !== null) mkdirSync(stateDirectory, { recursive: true })

  using interruption = new Interruption()
  using timeFile =
    stateDirectory === null ? null : new SimulatedTimeFile(join(stateDirectory, 'time.json'), options.speed)
  const now = Date.now()
  const time = timeFile?.time ?? { speed: options.speed, anchorWallMs: now, anchorMs: now }
  await using simulator = await startSimulator(definition, {
    options: validated,
    port: options.port,
    time,
    // Beside the time, in a folder of its own.
    stateDirectory: stateDirectory === null ? null : join(stateDirectory, 'venue'),
  })
  terminal.stdout.write(`${JSON.stringify({ ...simulator.announcement, clock: simulator.time })}\n`)
  await interruption.ended()
}

/** From where the command was called, else as the runner itself finds it. */
async function findSimulator(venue: string, cwd: string): Promise<LoadedSimulator> {
  try {
    return await loadSimulator(venue, cwd)
  } catch (error) {
    try {
      return await loadSimulator(venue, import.meta.dirname)
    } catch {
      throw error
    }
  }
}

async function validateSimulatorOptions(definition: SimulatorDefinition, options: unknown): Promise<unknown> {
  const { value, issues } = await validateOptions(definition.options, options, [])
  if (issues.length === 0) return value
  const lines = issues.map(({ path, message }) => `  ${path === '' ? '' : `${path}: `}${message}`)
  throw new CommandError([`The simulator of ${definition.name} does not take these options:`, ...lines].join('\n'))
}
