import type { Connect, DecimalString, InstrumentId } from '@portolan/core'
import type { VenueInput } from '../../src/config/index.ts'

/** What a venue did for our account, by its own word. Amounts are exact text. */
export interface VenueBooks {
  readonly fills: readonly VenueBooksFill[]
  /** Base units by instrument; zero ones may be missing. */
  readonly positions: ReadonlyMap<InstrumentId, string>
  /** Every payment of funding; none where there is no such thing. */
  readonly funding: readonly VenueBooksFunding[]
}

export interface VenueBooksFunding {
  readonly instrument: InstrumentId
  /** Negative when paid. */
  readonly usd: string
  readonly at: number
}

export interface VenueBooksFill {
  /** As the adapter names it. */
  readonly id: string
  /** The sealed order that brought it about; `null` when none of ours did. */
  readonly sealedId: string | null
  readonly instrument: InstrumentId
  readonly side: 'buy' | 'sell'
  readonly quantity: string
  readonly price: string
  /** In the quote asset; `null` where the venue charges otherwise. */
  readonly fee: string | null
  readonly at: number
}

/** A venue of a simulated world, under the world's clock. */
export interface SimulatedMarket extends Disposable {
  readonly entry: VenueInput
  readonly tokens: readonly InstrumentId[]
  readonly venue: string
  readonly allocationUsd: DecimalString
  /** Whether an address is this venue's. */
  serves(url: string): boolean
  readonly fetch: typeof globalThis.fetch
  readonly connect: Connect
  books(): VenueBooks
  /** What a buy spends is fixed, and what it receives is the market's: more than was asked for is no second execution. */
  readonly buysSpend: boolean
  /** The same signed order may reach it twice without harm. */
  readonly mayResend: boolean
  /** Ids of all orders that a request asks the venue to execute. */
  ordersIn(url: string, body: string): readonly string[]
  /** Faults that only this venue knows; one of them at a time of the world. */
  harm(random: () => number): void
  /** A process begins: what its adapter would keep in memory is gone. */
  onProcess(): void
  /** Everything that was broken works again. */
  heal(): void
}
