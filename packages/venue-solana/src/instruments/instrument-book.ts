import type { Instrument, InstrumentId, VenueEvent } from '@portolan/core'
import { instrumentId } from '@portolan/core'
import type { MintFacts } from './mint-account.ts'
import type { Token } from './token-instrument.ts'

/** A token, and the instrument that it is. */
export interface Listed {
  readonly token: Token
  readonly instrument: Instrument
}

/** The tokens that are known, as last read, and the mints that only serve to count with. */
export class InstrumentBook {
  readonly #byId = new Map<InstrumentId, Listed>()
  readonly #mints = new Map<string, MintFacts>()
  #readAt: number | null = null

  /** Time of the last complete reading, ms; `null` before the first. */
  get readAt(): number | null {
    return this.#readAt
  }

  get(id: InstrumentId): Instrument | undefined {
    return this.#byId.get(id)?.instrument
  }

  token(id: InstrumentId): Token | undefined {
    return this.#byId.get(id)?.token
  }

  all(): readonly Instrument[] {
    return [...this.#byId.values()].map(({ instrument }) => instrument)
  }

  /** Decimals of any mint that was read, the quote's and those of pools included. */
  decimals(mint: string): number | undefined {
    return (this.#mints.get(mint) ?? this.#byId.get(instrumentId(mint))?.token.facts)?.decimals
  }

  /** A mint that was read only to count with, e.g. the quote's. */
  mint(mint: string): MintFacts | undefined {
    return this.#mints.get(mint)
  }

  /** A mint that is no instrument. */
  setMint(mint: string, facts: MintFacts): void {
    this.#mints.set(mint, facts)
  }

  /** Takes a complete reading and tells what changed. The first one is the start, not a change. */
  update(listed: readonly Listed[], at: number): readonly VenueEvent[] {
    const isFirst = this.#readAt === null
    this.#readAt = at
    const events = listed.flatMap((one) => this.add(one) ?? [])
    return isFirst ? [] : events
  }

  /** Takes one token. `null`: nothing about it is new. */
  add(listed: Listed): VenueEvent | null {
    const { instrument } = listed
    const known = this.#byId.get(instrument.id)?.instrument
    this.#byId.set(instrument.id, listed)
    if (known === undefined) return { type: 'instrument-listed', instrument }
    // Both are built by the same function, so that equal instruments have equal text.
    return JSON.stringify(known) === JSON.stringify(instrument) ? null : { type: 'instrument-changed', instrument }
  }
}
