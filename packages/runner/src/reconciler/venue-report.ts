import type { OpenOrder, VenuePosition } from '@portolan/core'

/** What the venue says of an account. */
export type VenueReport =
  | {
      readonly kind: 'account'
      /** When the question was sent, ms by the runner's clock: what happened later may be missing. */
      readonly askedAt: number
      readonly positions: readonly VenuePosition[]
      readonly openOrders: readonly OpenOrder[]
    }
  /** It was asked and gave no answer that can be read. */
  | { readonly kind: 'unreadable'; readonly message: string }
  /** It was not asked: only time has passed. */
  | { readonly kind: 'not-asked' }
