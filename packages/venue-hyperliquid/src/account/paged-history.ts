import { VenueError } from '@portolan/core'

/** The smallest page that the venue calls full: fewer items than this are the last ones. */
const SMALLEST_FULL_PAGE = 500

/** A question that the venue answers a page at a time, oldest first, from a time on. */
export interface PagedQuestion<Item> {
  /** For errors, e.g. `userFillsByTime`. */
  readonly name: string
  /** Items of a page beyond which the venue never goes. */
  readonly pageSize: number
  /** @param from ms, inclusive. */
  readonly ask: (from: number) => Promise<readonly Item[]>
  /** ms. */
  readonly timeOf: (item: Item) => number
  readonly keyOf: (item: Item) => string
}

/**
 * Everything from a time on, oldest first, each once. The next page starts with the last one's millisecond, so that none of several items in it is
 * missed. Source: the venue's page on info requests (pagination by the last time).
 * @throws {VenueError} `malformed-answer` when one millisecond fills a page, so that there is no way past it.
 */
export async function readPages<Item>(question: PagedQuestion<Item>, start: number): Promise<readonly Item[]> {
  const { name, pageSize, ask, timeOf, keyOf } = question
  const found = new Map<string, Item>()
  for (let from = start; ; ) {
    const page = await ask(from)
    const before = found.size
    for (const item of page) found.set(keyOf(item), item)
    const isLast = page.length < SMALLEST_FULL_PAGE || found.size === before
    if (isLast && page.length < pageSize) break
    const last = page.reduce((latest, item) => Math.max(latest, timeOf(item)), from)
    if (last <= from) {
      throw new VenueError('malformed-answer', `info ${name}: ${page.length} items at ${from} and no way past them`)
    }
    from = last
  }
  return [...found.values()].sort((a, b) => timeOf(a) - timeOf(b))
}
