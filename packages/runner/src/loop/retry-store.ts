import type { Clock, Logger } from '@portolan/core'
import type { Activity } from './activity.ts'

const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 15_000

/**
 * Writes until it is written: what the loop decided must be on disk before it goes on. Rejects only when the runner stops or the write can
 * never succeed (`isFatal`).
 */
export async function retryStore<T>(
  what: string,
  write: () => Promise<T>,
  deps: {
    readonly clock: Clock
    readonly logger: Logger
    readonly signal: AbortSignal
    readonly activity: Activity
    readonly isFatal: (error: unknown) => boolean
  },
): Promise<T> {
  let wait = FIRST_WAIT_MS
  for (;;) {
    try {
      return await write()
    } catch (error) {
      if (deps.signal.aborted || deps.isFatal(error)) throw error
      deps.logger.error(`the database did not take ${what}; trying again`, {
        waitMs: wait,
        error: error instanceof Error ? error.message : String(error),
      })
      // Waiting is not work; in simulated time the clock must be free to move on.
      deps.activity.end()
      try {
        await deps.clock.sleep(wait, deps.signal)
      } finally {
        deps.activity.begin()
      }
      wait = Math.min(wait * 2, LONGEST_WAIT_MS)
    }
  }
}
