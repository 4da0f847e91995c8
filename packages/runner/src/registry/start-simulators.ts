import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { JsonValue, RunningSimulator, SimulatedTime, SimulatorRequest } from '@portolan/core'
import { ConfigError } from '../config/index.ts'
import type { DiscoveredSimulator, DiscoveredVenue } from '../discovery/index.ts'
import { validateOptions } from '../discovery/index.ts'
import { RunnerError } from '../runner-error.ts'
import { redactText } from '../services/index.ts'
import { entrySlug } from './entry-slug.ts'
import type { Setup } from './load-setup.ts'
import { SimulatedTimeFile, simulatedTimePath } from './simulated-time-file.ts'
import { startSimulatorThread } from './simulator-thread.ts'
import { venueNetwork } from './venue-network.ts'

/** The simulators of a run. Disposing ends them, the last one first. */
export interface StartedSimulators extends AsyncDisposable {
  /** The time in which the run has to live; `null` without a simulator: that of the wall clock. */
  readonly time: SimulatedTime | null
  /** All entries of the setup, those on a simulator with their options complete. */
  readonly venues: readonly DiscoveredVenue[]
  /** What each one says of itself, by the place of its entry. */
  readonly announcements: ReadonlyMap<number, { readonly [key: string]: JsonValue }>
}

/** Starts one simulator. */
export type StartSimulator = (
  simulator: DiscoveredSimulator,
  request: SimulatorRequest<unknown>,
) => Promise<RunningSimulator>

const inThread: StartSimulator = ({ file }, request) => startSimulatorThread(file, request)

/**
 * Starts the simulators that the config asks for, on free ports, and points their entries at them. All of them or none.
 * @throws {RunnerError} `simulator-failed` @throws {ConfigError} when an entry's options do not fit its simulator.
 */
export async function startSimulators(
  setup: Setup,
  now: () => number = Date.now,
  startOne: StartSimulator = inThread,
): Promise<StartedSimulators> {
  await using stack = new AsyncDisposableStack()
  const announcements = new Map<number, RunningSimulator['announcement']>()
  const venues: DiscoveredVenue[] = []
  let clock: SimulatedTimeFile | null = null
  for (const venue of setup.venues) {
    if (venue.simulator === null) {
      venues.push(venue)
      continue
    }
    const { stateDirectory } = setup.config
    const { speed } = venue.simulator
    clock ??= stack.use(new SimulatedTimeFile(simulatedTimePath(stateDirectory), speed, now))
    const { time } = clock
    const running: RunningSimulator = stack.use(await start(venue, venue.simulator, time, stateDirectory, startOne))
    // It may go on from where it was ended last; whoever starts after it has to follow.
    if (announcements.size > 0 && !isSame(running.time, time)) {
      throw new RunnerError(
        'simulator-failed',
        `The simulator of venues[${venue.index}] lives in another time than those before it: ${JSON.stringify(running.time)} instead of ${JSON.stringify(time)}`,
      )
    }
    clock.follow(running.time)
    announcements.set(venue.index, running.announcement)
    venues.push(await pointAt(venue, running, setup.path))
  }
  const owned = stack.move()
  return { time: clock?.time ?? null, venues, announcements, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

async function start(
  venue: DiscoveredVenue,
  simulator: NonNullable<DiscoveredVenue['simulator']>,
  time: SimulatedTime,
  stateDirectory: string,
  startOne: StartSimulator,
): Promise<RunningSimulator> {
  const folder = join(stateDirectory, 'simulators', entrySlug(venue))
  try {
    await mkdir(folder, { recursive: true })
    const { options } = simulator
    return await startOne(simulator, { options, port: 0, time, stateDirectory: folder })
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new RunnerError(
      'simulator-failed',
      `The simulator of venues[${venue.index}] (${simulator.definition.name}) did not start: ${redactText(reason)}`,
      { cause },
    )
  }
}

async function pointAt(venue: DiscoveredVenue, running: RunningSimulator, file: string): Promise<DiscoveredVenue> {
  const { index, definition, entry } = venue
  const { value, issues } = await validateOptions(definition.options, { ...entry.options, ...running.venueOptions }, [
    'venues',
    index,
    'options',
  ])
  if (issues.length > 0) throw new ConfigError(file, issues)
  const network = venueNetwork(definition, value)
  if (!network.simulated) {
    throw new RunnerError(
      'simulator-failed',
      `The simulator of venues[${index}] should be where its entry trades, but with its options ${definition.name} trades on ${network.name}`,
    )
  }
  return { ...venue, options: { value } }
}

function isSame(a: SimulatedTime, b: SimulatedTime): boolean {
  return a.speed === b.speed && a.anchorMs === b.anchorMs && a.anchorWallMs === b.anchorWallMs
}
