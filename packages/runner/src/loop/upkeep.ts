import type { Clock, Logger } from '@portolan/core'
import type { VenueRuntime } from './venue-runtime.ts'

const RECONCILE_MS = 60_000
const FIRST_RETRY_MS = 1_000
/** How often is looked whether a comparison is due for another reason than time. */
const LOOK_MS = 1_000

/** Compares an account with the venue now, every minute, and whenever something may have been missed. Until it has succeeded once only exits pass. */
export function keepReconciled(
  runtime: VenueRuntime,
  deps: { readonly clock: Clock; readonly logger: Logger; readonly signal: AbortSignal },
): void {
  const { clock, logger, signal } = deps
  const run = async (): Promise<void> => {
    let retry = FIRST_RETRY_MS
    while (!signal.aborted) {
      try {
        await runtime.reconcile()
        retry = FIRST_RETRY_MS
        const due = clock.now() + RECONCILE_MS
        while (clock.now() < due && runtime.reconciliation.agreed) await clock.sleep(LOOK_MS, signal)
      } catch (error) {
        if (signal.aborted) return
        logger.warn('the account could not be read; nothing is concluded from that', {
          venue: runtime.venue.key,
          label: runtime.venue.label,
          error: error instanceof Error ? error.message : String(error),
        })
        await clock.sleep(retry, signal)
        retry = Math.min(retry * 2, RECONCILE_MS)
      }
    }
  }
  run().catch((error: unknown) => {
    if (!signal.aborted) logger.error('reconciliation ended', { error: String(error) })
  })
}
