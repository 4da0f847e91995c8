import type { PrintedTrade } from '../market/coin-market.ts'
import type { Account, FundingPayment, VenueFill } from './account.ts'
import type { OrderUpdate } from './order.ts'

/** What happened, for whoever listens: the sockets, the ledger of executions. */
export type EngineEvent =
  | { readonly kind: 'orders'; readonly account: Account; readonly updates: readonly OrderUpdate[] }
  | { readonly kind: 'fills'; readonly account: Account; readonly fills: readonly VenueFill[] }
  | { readonly kind: 'funding'; readonly account: Account; readonly payment: FundingPayment }
  | {
      readonly kind: 'liquidation'
      readonly account: Account
      readonly notional: string
      readonly accountValue: string
    }
  | { readonly kind: 'systemCancel'; readonly account: Account; readonly coin: string; readonly oid: number }
  | { readonly kind: 'print'; readonly coin: string; readonly trade: PrintedTrade }
  | { readonly kind: 'delisted'; readonly coin: string }
