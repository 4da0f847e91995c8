import type { Logger } from '@portolan/core'

/** Says nothing: what a backtest has to say is in its report. */
export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
}
