import type { Instrument, InstrumentId, VenueEvent } from '@portolan/core'

/** What the venue lists, as last read. Delisted ones stay in it. */
export class InstrumentBook {
  readonly #byId = new Map<InstrumentId, Instrument>()
  #readAt: number | null = null

  /** Time of the last complete reading, ms; `null` before the first. */
  get readAt(): number | null {
    return this.#readAt
  }

  get(id: InstrumentId): Instrument | undefined {
    return this.#byId.get(id)
  }

  all(): readonly Instrument[] {
    return [...this.#byId.values()]
  }

  /** Takes a new reading of all that is listed and tells what changed. The first one is the start, not a change. */
  update(listed: readonly Instrument[], at: number): readonly VenueEvent[] {
    const first = this.#readAt === null
    this.#readAt = at
    const events: VenueEvent[] = []
    const seen = new Set<InstrumentId>()
    for (const instrument of listed) {
      // A name that was listed again has two entries: the one that trades counts.
      if (seen.has(instrument.id) && instrument.status === 'delisted') continue
      seen.add(instrument.id)
      const known = this.#byId.get(instrument.id)
      this.#byId.set(instrument.id, instrument)
      const event = changeOf(known, instrument)
      if (event !== null) events.push({ type: event, instrument })
    }
    // Universes only ever grow, so a name that is gone is as good as delisted.
    for (const [id, known] of this.#byId) {
      if (seen.has(id) || known.status === 'delisted') continue
      const instrument: Instrument = { ...known, status: 'delisted' }
      this.#byId.set(id, instrument)
      events.push({ type: 'instrument-delisted', instrument })
    }
    return first ? [] : events
  }
}

function changeOf(known: Instrument | undefined, now: Instrument) {
  if (known === undefined) return 'instrument-listed'
  if (known.status !== now.status) return now.status === 'delisted' ? 'instrument-delisted' : 'instrument-listed'
  // Both are built by the same function, so that equal instruments have equal text.
  return JSON.stringify(known) === JSON.stringify(now) ? null : 'instrument-changed'
}
