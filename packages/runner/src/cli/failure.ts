import { PmConfigError, VenueError } from '@portolan/core'
import { ConfigError } from '../config/index.ts'
import { BarFileError } from '../history/csv-bars.ts'
import { ReportDirectoryError } from '../report/backtest/report-directory.ts'
import { RunnerError } from '../runner-error.ts'
import { redactText } from '../services/index.ts'
import { StoreError } from '../store/store.ts'
import { CommandError } from './command-error.ts'

/** Errors whose message says by itself what is wrong and what to do. */
const SPEAKING = [
  CommandError,
  ConfigError,
  RunnerError,
  StoreError,
  VenueError,
  BarFileError,
  ReportDirectoryError,
  PmConfigError,
] as const

/** What to tell a person of an error that ended a command: one message, without a stack unless asked for. */
export function describeFailure(error: unknown, debug: boolean): string {
  if (debug) return redactText(stackOf(error))
  return redactText(messageOf(error))
}

function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) {
    return error.errors.map((each) => messageOf(each)).join('\n')
  }
  if (!(error instanceof Error)) return String(error)
  if (SPEAKING.some((type) => error instanceof type) || isSystemError(error)) return error.message
  return `Unexpected ${error.name}: ${error.message}\nRun it again with --debug for the stack.`
}

/** An error of the operating system: its message names the call and the file or address. */
function isSystemError(error: Error): boolean {
  return 'syscall' in error && 'code' in error
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause === undefined ? '' : `\ncaused by ${stackOf(error.cause)}`
  const inner = error instanceof AggregateError ? error.errors.map((each) => `\n- ${stackOf(each)}`).join('') : ''
  return `${error.stack ?? error.message}${inner}${cause}`
}
