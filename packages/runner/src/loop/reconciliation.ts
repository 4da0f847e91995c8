import type { InstrumentId, Logger, TradeGate } from '@portolan/core'
import { Exact } from '@portolan/core'
import type { PositionRow } from '../store/store.ts'
import type { TradingVenue } from './trading-venue.ts'

/**
 * Whether what we believe of an account agrees with what the venue says. Until the first read has succeeded, and wherever the quantities differ, only
 * exits pass. A failed read changes nothing.
 */
export class Reconciliation {
  readonly #venue: TradingVenue
  readonly #logger: Logger
  readonly #differences = new Map<InstrumentId, string>()
  readonly #foreign = new Set<string>()
  #agreed: boolean

  constructor(venue: TradingVenue, logger: Logger) {
    this.#venue = venue
    this.#logger = logger
    // Nothing is executed, or nothing can be asked: there is nothing to agree on.
    this.#agreed = venue.execution === null || venue.account === null
  }

  /** Sentences for a person; empty when all agrees. */
  get problems(): readonly string[] {
    const waiting = this.#agreed ? [] : ['the account has not been read yet']
    return [...waiting, ...this.#differences.values()]
  }

  /** Whether the last comparison still counts. */
  get agreed(): boolean {
    return this.#agreed
  }

  gate(instrument: InstrumentId): TradeGate {
    if (!this.#agreed) return exitOnly('the account has not been compared with the venue yet')
    const difference = this.#differences.get(instrument)
    return difference === undefined ? { state: 'open' } : exitOnly(difference)
  }

  /** Something may have been missed: nothing but exits until the next comparison has agreed. */
  distrust(): void {
    this.#agreed = this.#venue.execution === null || this.#venue.account === null
  }

  /**
   * Compares quantities. Instruments with an order under way are left out: their books are about to change.
   * @throws when the account cannot be read.
   */
  async compare(
    rows: () => readonly PositionRow[],
    isBusy: (instrument: InstrumentId) => boolean,
    /** What is too little to be sold was written off here and lies there still. */
    isDust: (instrument: InstrumentId, quantity: Exact) => boolean,
    signal: AbortSignal,
  ): Promise<void> {
    const { account } = this.#venue
    if (account === null || this.#venue.execution === null) return
    const busyBefore = new Set(
      rows()
        .map((row) => row.instrument)
        .filter(isBusy),
    )
    const held = await account.positions(signal)
    const ours = new Map<InstrumentId, Exact>()
    for (const row of rows()) {
      ours.set(row.instrument, (ours.get(row.instrument) ?? new Exact(0)).plus(row.quantity))
    }
    const theirs = new Map(held.map((position) => [position.instrument, new Exact(position.quantity)]))
    for (const [instrument, believed] of ours) {
      if (busyBefore.has(instrument) || isBusy(instrument)) continue
      const actual = theirs.get(instrument) ?? new Exact(0)
      const surplus = actual.minus(believed)
      if (surplus.isZero() || (surplus.gt(0) && isDust(instrument, surplus))) this.#differences.delete(instrument)
      else this.#differ(instrument, believed, actual)
    }
    for (const instrument of theirs.keys()) {
      if (!ours.has(instrument)) this.#reportForeign(instrument, theirs.get(instrument) ?? new Exact(0))
    }
    this.#agreed = true
  }

  #differ(instrument: InstrumentId, believed: Exact, actual: Exact): void {
    const message = `the ledger says ${believed.toFixed()} ${instrument}, the venue says ${actual.toFixed()}: only exits until they agree`
    if (this.#differences.get(instrument) !== message) {
      this.#logger.warn(message, { venue: this.#venue.key, label: this.#venue.label })
    }
    this.#differences.set(instrument, message)
  }

  #reportForeign(instrument: InstrumentId, quantity: Exact): void {
    if (quantity.isZero() || this.#foreign.has(instrument)) return
    this.#foreign.add(instrument)
    this.#logger.info('the account holds a position that is not in the positions table; it is left alone', {
      instrument,
      quantity: quantity.toFixed(),
    })
  }
}

function exitOnly(message: string): TradeGate {
  return { state: 'exit-only', reason: 'reconciling', message, changesAt: null }
}
