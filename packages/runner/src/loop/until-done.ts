import type { Clock, Logger } from '@portolan/core'

/** Between two tries, ms. */
const RETRY_MS = 10_000

/** Begins something that needs the venue or the database, again and again until it has begun or the runner stops. Never rejects. */
export async function untilDone(
  deps: { readonly clock: Clock; readonly logger: Logger; readonly signal: AbortSignal },
  what: string,
  begin: () => Promise<void>,
): Promise<void> {
  const { clock, logger, signal } = deps
  while (!signal.aborted) {
    try {
      await begin()
      return
    } catch (error) {
      if (signal.aborted) return
      logger.error(`${what} could not be begun; trying again`, { error: String(error) })
    }
    await clock.sleep(RETRY_MS, signal).catch(() => undefined)
  }
}
