import type { DecimalString, InstrumentId } from '@portolan/core'
import type { OrderState } from '../store/store.ts'
import type { Difference } from './believed.ts'

/** What is not ours and was seen. */
export type ForeignThing =
  | { readonly kind: 'position'; readonly instrument: InstrumentId; readonly quantity: DecimalString }
  | { readonly kind: 'order'; readonly instrument: InstrumentId; readonly orderId: string; readonly ours: boolean }

/** What is to be done, by whoever can do it. */
export type ReconcileAction =
  /** Ask the venue what became of an order. */
  | {
      readonly kind: 'look'
      readonly sealedId: string
      readonly why: 'due' | 'reconnected' | 'listed' | 'not-listed'
    }
  /** An order of ours rests at the venue although the ledger has its end: cancel it, and let nothing new be bought meanwhile. */
  | {
      readonly kind: 'cancel-stray'
      readonly sealedId: string
      readonly instrument: InstrumentId
      readonly state: OrderState
    }
  /** Book what the venue holds more (buy) or less (sell) than the ledger, as a trade that no intent brought about. */
  | {
      readonly kind: 'adopt'
      readonly positionId: string
      readonly instrument: InstrumentId
      readonly side: 'buy' | 'sell'
      readonly quantity: DecimalString
      /** Quote per base; `null` when nobody can tell: the newest price then. */
      readonly price: DecimalString | null
    }
  /** Say it once. */
  | { readonly kind: 'report'; readonly thing: ForeignThing }
  /** Ledger and venue have been compared: what differs is held back from now on, all else is not. */
  | {
      readonly kind: 'compared'
      readonly differences: readonly Difference[]
      /** Nothing new is bought on the whole account. */
      readonly halted: boolean
    }
