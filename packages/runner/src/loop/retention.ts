import type { Clock, Logger } from '@portolan/core'
import type { PruneRequest, Store } from '../store/store.ts'

/** How long rows are kept, ms by the run's clock; `null` for ever. */
export interface Retention {
  readonly trades: number | null
  readonly steps: number | null
  readonly regimeReadings: number | null
}

/** Forgets what is older than it is to be kept, now and from time to time. Bars, intents, orders, fills and closed trades are never forgotten. */
export function keepRetention(
  store: Pick<Store, 'prune'>,
  retention: Retention,
  deps: { readonly clock: Clock; readonly logger: Logger; readonly everyMs: number },
): Disposable {
  const { clock, logger, everyMs } = deps
  const ages: readonly (readonly [PruneRequest['table'], number | null])[] = [
    ['trades', retention.trades],
    ['steps', retention.steps],
    ['regime-readings', retention.regimeReadings],
  ]
  let running = false
  const prune = async (): Promise<void> => {
    // A slow database is not asked again before it has answered.
    if (running) return
    running = true
    try {
      for (const [table, age] of ages) {
        if (age === null) continue
        const rows = await store.prune({ table, before: clock.now() - age })
        if (rows > 0) logger.debug('old rows were forgotten', { table, rows })
      }
    } catch (error) {
      logger.warn('old rows could not be forgotten; trying again later', { error: String(error) })
    } finally {
      running = false
    }
  }
  void prune()
  return clock.every(everyMs, () => void prune())
}
