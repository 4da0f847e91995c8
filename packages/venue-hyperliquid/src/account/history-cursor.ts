import { VenueError } from '@portolan/core'

/** How far the fills of an account were read, ms. Two lists, of which neither may move the other past what was not read of it yet. */
export interface FillsCursor {
  readonly orders: number
  readonly twaps: number
}

/** @throws {VenueError} `misconfigured` for a text of another adapter. */
export function readFillsCursor(cursor: string | null): FillsCursor {
  if (cursor === null) return { orders: 0, twaps: 0 }
  const [orders = '', twaps = '0', ...rest] = cursor.split('+')
  if (rest.length > 0) throw notOurs(cursor)
  return { orders: readTimeCursor(orders), twaps: readTimeCursor(twaps) }
}

export function writeFillsCursor({ orders, twaps }: FillsCursor): string {
  return twaps === 0 ? String(orders) : `${orders}+${twaps}`
}

/** A time in ms, 0 for the beginning. @throws {VenueError} `misconfigured` for a text of another adapter. */
export function readTimeCursor(cursor: string | null): number {
  if (cursor === null) return 0
  const time = Number(cursor)
  if (/^\d+$/.test(cursor) && Number.isSafeInteger(time)) return time
  throw notOurs(cursor)
}

function notOurs(cursor: string): VenueError {
  return new VenueError('misconfigured', `"${cursor}" is not a cursor of this adapter: a time in ms was expected`)
}
