import type { Clock, Logger } from '@portolan/core'
import { StoreError } from '../store/store.ts'
import type { Activity } from './activity.ts'

const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 15_000

/** Does a read or a repeatable write until it is done. Rejects only when the runner stops or it can never succeed. */
export type PersistentStoreCall = <T>(what: string, call: () => Promise<T>) => Promise<T>

/** What the loop decided must be on disk before it goes on: a database that is away, or full, is waited for. */
export function persistentStoreCalls(deps: {
  readonly clock: Clock
  readonly logger: Logger
  readonly signal: AbortSignal
  readonly activity: Activity
}): PersistentStoreCall {
  const { clock, logger, signal, activity } = deps
  return async (what, call) => {
    for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
      try {
        return await call()
      } catch (error) {
        if (signal.aborted || !mayPass(error)) throw error
        logger.error(`the database did not take ${what}; trying again`, {
          waitMs: wait,
          error: error instanceof Error ? error.message : String(error),
        })
      }
      // Waiting is not work; in simulated time the clock must be free to move on.
      activity.end()
      try {
        await clock.sleep(wait, signal)
      } finally {
        activity.begin()
      }
    }
  }
}

function mayPass(error: unknown): boolean {
  return !(error instanceof StoreError) || error.code === 'unreachable' || error.code === 'failed'
}
