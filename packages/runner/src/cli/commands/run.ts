import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { destination } from 'pino'
import { createRunner } from '../../composition/create-runner.ts'
import type { Setup } from '../../registry/index.ts'
import { loadSetup, requireLiveConfirmation } from '../../registry/index.ts'
import type { RunnerLogger } from '../../services/index.ts'
import { createLogger } from '../../services/index.ts'
import { Interruption } from '../interruption.ts'
import { onRunningSimulators } from '../project/on-running-simulators.ts'
import { runSession } from '../session/run-session.ts'
import type { Terminal } from '../terminal.ts'

const LOG_FILE = 'portolan.log'

export interface RunOptions {
  readonly config?: string
  /** Orders may reach a real market. */
  readonly live?: boolean
  /** Wall clock ms after which the run ends by itself. */
  readonly until?: number
  readonly plain?: boolean
  /** Start the simulators of the config first. */
  readonly simulators: boolean
}

/** Runs the portfolio manager of a config until Ctrl-C or its time is over. */
export async function run(terminal: Terminal, options: RunOptions): Promise<void> {
  using interruption = new Interruption()
  const { simulators } = options
  const live = options.live === true
  const loaded = await loadSetup({
    cwd: terminal.cwd,
    ...(options.config === undefined ? {} : { path: options.config }),
  })
  const setup = simulators ? loaded : await onRunningSimulators(loaded)
  // Before a file or a database is made. Where an entry's simulator trades is asked again when it runs.
  requireLiveConfirmation(
    setup.venues.filter(({ simulator }) => simulator === null),
    setup.mode,
    live,
  )
  const drawn = terminal.stdout.isTTY && options.plain !== true
  const logger = loggerFor(setup, drawn)
  const runner = createRunner({ setup, live, simulators, logger })
  await runSession({
    runner,
    terminal,
    interruption,
    speed: speedOf(setup, simulators),
    untilMs: options.until ?? null,
    drawn,
  })
}

/** A live view has the terminal for itself: what is logged meanwhile goes to a file beside the store. */
function loggerFor({ config }: Setup, drawn: boolean): RunnerLogger {
  const { level, pretty } = config.log
  if (!drawn) return createLogger({ level, pretty: pretty ?? process.stderr.isTTY })
  mkdirSync(config.stateDirectory, { recursive: true })
  return createLogger({
    level,
    pretty: false,
    stream: destination({ dest: join(config.stateDirectory, LOG_FILE), sync: true }),
  })
}

/** All simulators of a config run at one speed. */
function speedOf({ venues, config }: Setup, simulators: boolean): number {
  const started = simulators ? venues.find(({ simulator }) => simulator !== null) : undefined
  return started?.simulator?.speed ?? config.clock?.speed ?? 1
}
