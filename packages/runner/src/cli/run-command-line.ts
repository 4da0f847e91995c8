import { CommanderError } from 'commander'
import { describeFailure } from './failure.ts'
import { createProgram } from './program.ts'
import { processTerminal } from './terminal.ts'

/** Exit codes: something went wrong, the command line itself is wrong. */
const EXIT_FAILED = 1
const EXIT_USAGE = 2

/** Runs one command line and returns the exit code. Every failure is one message on standard error. */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  const terminal = processTerminal()
  const debug = args.includes('--debug') || (process.env.PORTOLAN_DEBUG ?? '') !== ''
  endWithReader(terminal.stdout)
  try {
    await createProgram(terminal).parseAsync(args, { from: 'user' })
    return 0
  } catch (error) {
    // Help and the version come as errors with the code 0; of a usage error the text has been written already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE
    terminal.stderr.write(`${describeFailure(error, debug)}\n`)
    return EXIT_FAILED
  }
}

/** When whoever reads our output has gone (`portolan intents | head`), there is nothing left to do: a run ends as if its terminal had been closed. */
function endWithReader(stdout: NodeJS.WriteStream): void {
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    if (process.listenerCount('SIGHUP') === 0) process.exit(0)
    process.emit('SIGHUP', 'SIGHUP')
  })
}
