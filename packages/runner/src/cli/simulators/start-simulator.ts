import type { RunningSimulator, SimulatedTime, SimulatorDefinition } from '@portolan/core'
import { CommandError } from '../command-error.ts'

/** Starts a simulator; a port that is taken is named. */
export async function startSimulator(
  definition: SimulatorDefinition,
  request: {
    /** By the simulator's own schema. */
    readonly options: unknown
    readonly port: number
    readonly time: SimulatedTime
    readonly stateDirectory: string | null
  },
): Promise<RunningSimulator> {
  try {
    return await definition.start(request)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    const inUse = cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE'
    const what = inUse && !reason.includes(String(request.port)) ? `port ${request.port} is in use` : reason
    throw new CommandError(`The simulator of ${definition.name} could not be started: ${what}`, { cause })
  }
}
