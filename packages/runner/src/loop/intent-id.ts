import { createHash } from 'node:crypto'

/**
 * The id of the one intent that a position can have for a bar. The same position and bar give the same id, so an intent can exist once;
 * position ids are random, so two databases never share one (client order ids are made from it).
 */
export function intentIdOf(positionId: string, barTs: number): string {
  return createHash('sha256').update(`${positionId}:${barTs}`).digest('hex').slice(0, 24)
}
