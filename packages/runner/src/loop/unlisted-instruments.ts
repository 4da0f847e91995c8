import type { Instrument, InstrumentId, Logger, Venue } from '@portolan/core'

/** Asks a venue that does not list all that it trades for the rest of what is wanted. What it does not find is said and left out. */
export async function unlistedInstruments(
  venue: Pick<Venue, 'find'>,
  wanted: Iterable<InstrumentId>,
  listed: ReadonlySet<InstrumentId>,
  { logger, signal }: { readonly logger: Logger; readonly signal: AbortSignal },
): Promise<readonly Instrument[]> {
  const found: Instrument[] = []
  if (venue.find === undefined) return found
  for (const id of new Set(wanted)) {
    if (listed.has(id)) continue
    try {
      found.push(await venue.find(id, signal))
    } catch (error) {
      signal.throwIfAborted()
      logger.warn('an instrument was not found', { instrument: id, error: String(error) })
    }
  }
  return found
}
