import { createHash } from 'node:crypto'
import type { PositionKey } from './store.ts'

/** The id of a position: made from its key, so the same position has the same id in every store and every run. */
export function positionId(key: PositionKey): string {
  const text = JSON.stringify([key.scope, key.venue, key.label, key.instrument, key.timeframe])
  return createHash('sha256').update(text).digest('hex').slice(0, 20)
}
