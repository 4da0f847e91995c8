import { hash } from 'node:crypto'

/**
 * The id of the one intent that a position can have for a bar. The same position and bar give the same id, in every database: an intent can exist
 * once, and the client order id that adapters make of it names the same order also after a database was lost.
 */
export function intentIdOf(positionId: string, barTs: number): string {
  return hash('sha256', `${positionId}:${barTs}`).slice(0, 24)
}
