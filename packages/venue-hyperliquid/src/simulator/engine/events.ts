import type { PrintedTrade } from '../market/coin-market.ts'
import type { Account, FundingPayment, VenueFill } from './account.ts'
import type { LedgerUpdate } from './ledger.ts'
import type { OrderUpdate } from './order.ts'
import type { Twap } from './twap.ts'

/** What happened, for whoever listens: the sockets, the ledger of executions. */
export type EngineEvent =
  | { readonly kind: 'orders'; readonly account: Account; readonly updates: readonly OrderUpdate[] }
  | { readonly kind: 'fills'; readonly account: Account; readonly fills: readonly VenueFill[] }
  | {
      readonly kind: 'twapFills'
      readonly account: Account
      readonly fills: readonly VenueFill[]
      readonly twapId: number
    }
  | { readonly kind: 'twap'; readonly account: Account; readonly twap: Twap }
  | { readonly kind: 'ledger'; readonly account: Account; readonly update: LedgerUpdate }
  | { readonly kind: 'notification'; readonly account: Account; readonly text: string }
  | { readonly kind: 'funding'; readonly account: Account; readonly payment: FundingPayment }
  | {
      readonly kind: 'liquidation'
      readonly account: Account
      readonly notional: string
      readonly accountValue: string
      readonly lid: number
    }
  | { readonly kind: 'systemCancel'; readonly account: Account; readonly coin: string; readonly oid: number }
  | { readonly kind: 'print'; readonly coin: string; readonly trade: PrintedTrade }
  | { readonly kind: 'delisted'; readonly coin: string }
