import type { Instrument, InstrumentId } from '@portolan/core'

/** Longer than any name that people use: the address of a contract or a mint. */
const LONGEST_NAME = 20

/** How an instrument is called on screen: by the venue's name for it, or by its asset where that name is an address. */
export function shownName(id: InstrumentId, instrument: Instrument | null): string {
  return id.length > LONGEST_NAME && instrument !== null ? instrument.base : id
}
