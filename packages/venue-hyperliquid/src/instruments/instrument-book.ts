import type { Instrument, InstrumentId, VenueEvent } from '@portolan/core'
import { VenueError } from '@portolan/core'
import { detailsOf } from './perp-instrument.ts'

/** What the venue lists, as last read. Delisted ones stay in it. */
export class InstrumentBook {
  readonly #byId = new Map<InstrumentId, Instrument>()
  #readAt: number | null = null
  /** Name by asset id: places in a universe are never given to another name. */
  readonly #names = new Map<number, InstrumentId>()
  #isInDoubt = false

  /** Time of the last complete reading, ms; `null` before the first. */
  get readAt(): number | null {
    return this.#readAt
  }

  /** Whether the latest reading contradicts the ones before, so that orders might reach another instrument than they are for. */
  get isInDoubt(): boolean {
    return this.#isInDoubt
  }

  get(id: InstrumentId): Instrument | undefined {
    return this.#byId.get(id)
  }

  all(): readonly Instrument[] {
    return [...this.#byId.values()]
  }

  /**
   * Takes a new reading of all that is listed and tells what changed. The first one is the start, not a change.
   * @throws {VenueError} `malformed-answer` when an asset id that was one instrument's is another's now: the reading is not taken.
   */
  update(listed: readonly Instrument[], at: number): readonly VenueEvent[] {
    this.#checkIds(listed)
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

  #checkIds(listed: readonly Instrument[]): void {
    const ids = listed.map((instrument) => [detailsOf(instrument).asset, instrument.id] as const)
    for (const [asset, id] of ids) {
      const before = asset === null ? undefined : this.#names.get(asset)
      this.#isInDoubt = before !== undefined && before !== id
      if (!this.#isInDoubt) continue
      throw new VenueError(
        'malformed-answer',
        `info meta lists ${id} as asset ${asset}, which was ${before}: ids may be wrong`,
      )
    }
    for (const [asset, id] of ids) if (asset !== null) this.#names.set(asset, id)
  }
}

function changeOf(known: Instrument | undefined, now: Instrument) {
  if (known === undefined) return 'instrument-listed'
  if (known.status !== now.status) return now.status === 'delisted' ? 'instrument-delisted' : 'instrument-listed'
  // Both are built by the same function, so that equal instruments have equal text.
  return JSON.stringify(known) === JSON.stringify(now) ? null : 'instrument-changed'
}
