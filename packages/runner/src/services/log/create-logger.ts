import type { Logger } from '@portolan/core'
import type { DestinationStream, Logger as PinoLogger } from 'pino'
import { destination, pino, stdTimeFunctions } from 'pino'
import { prettyFactory } from 'pino-pretty'
import { redact } from './redact.ts'
import { redactText } from './secret-text.ts'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'

export interface LoggerOptions {
  readonly level: LogLevel
  /** Lines for people instead of JSON. */
  readonly pretty: boolean
  /** Where lines go. Default: standard error, so that standard output stays a command's own. */
  readonly stream?: DestinationStream
}

/** A {@link Logger} from which others with a scope can be made. */
export interface RunnerLogger extends Logger {
  /** A logger that adds these fields to every line, e.g. `{ venue: 'acme' }`. */
  child(fields: Readonly<Record<string, unknown>>): RunnerLogger
}

/** Names that a line has by itself; a field of that name is kept under `<name>_`. */
const OWN_NAMES: ReadonlySet<string> = new Set(['level', 'time', 'msg'])

/** A logger through which no secret passes: messages and fields are masked before they are written. */
export function createLogger(options: LoggerOptions): RunnerLogger {
  const stream = options.stream ?? destination({ fd: 2, sync: true })
  const logger = pino(
    {
      level: options.level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    options.pretty ? prettified(stream) : stream,
  )
  return wrap(logger)
}

function prettified(stream: DestinationStream): DestinationStream {
  const format = prettyFactory({ singleLine: true })
  return { write: (line) => stream.write(format(line)) }
}

function wrap(logger: PinoLogger): RunnerLogger {
  const write =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (message: string, fields: Readonly<Record<string, unknown>> = {}): void => {
      if (logger.isLevelEnabled(level)) logger[level](safeFields(fields), redactText(message))
    }
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    child: (fields) => wrap(logger.child(safeFields(fields))),
  }
}

function safeFields(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const result: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(redact(fields) as Record<string, unknown>)) {
    result[OWN_NAMES.has(name) ? `${name}_` : name] = value
  }
  return result
}
