import type { Clock, Logger } from '@portolan/core'
import type { VenueRuntime } from './venue-runtime.ts'

const FIRST_RETRY_MS = 1_000
/** How many times between two comparisons is looked whether a comparison is due for another reason than time. */
const LOOKS = 60

/** Compares an account with the venue now, every minute, and whenever something may have been missed. Until it has succeeded once only exits pass. */
export function keepReconciled(
  runtime: VenueRuntime,
  deps: { readonly clock: Clock; readonly logger: Logger; readonly signal: AbortSignal; readonly reconcileMs: number },
): void {
  const { clock, logger, signal, reconcileMs } = deps
  const run = async (): Promise<void> => {
    let retry = FIRST_RETRY_MS
    while (!signal.aborted) {
      try {
        await runtime.reconcile()
        retry = FIRST_RETRY_MS
        const due = clock.now() + reconcileMs
        while (clock.now() < due && runtime.reconciliation.agreed) await clock.sleep(reconcileMs / LOOKS, signal)
      } catch (error) {
        if (signal.aborted) return
        logger.warn('the account could not be read; nothing is concluded from that', {
          venue: runtime.venue.key,
          label: runtime.venue.label,
          error: error instanceof Error ? error.message : String(error),
        })
        await clock.sleep(retry, signal)
        retry = Math.min(retry * 2, reconcileMs)
      }
    }
  }
  run().catch((error: unknown) => {
    if (!signal.aborted) logger.error('reconciliation ended', { error: String(error) })
  })
}
