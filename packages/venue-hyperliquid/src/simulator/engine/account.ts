import { Decimal } from 'decimal.js'
import type { Listing } from '../market/listing.ts'
import type { LedgerUpdate } from './ledger.ts'
import type { Order } from './order.ts'
import type { Twap, TwapFill } from './twap.ts'

export interface Leverage {
  readonly type: 'cross' | 'isolated'
  readonly value: number
}

/** The one net position of an account in a coin. */
export interface Position {
  readonly coin: string
  /** Signed size. */
  readonly szi: Decimal
  /** Average price of what is open. */
  readonly entryPx: Decimal
  /** USD set apart for an isolated position, else zero. */
  readonly isolatedMargin: Decimal
  /** Funding paid (positive) or received, USD. */
  readonly funding: { readonly allTime: Decimal; readonly sinceOpen: Decimal; readonly sinceChange: Decimal }
}

/** Marks a fill of either side of a liquidation. */
export interface Liquidation {
  readonly liquidatedUser: string
  readonly markPx: string
  /** `market`: through the book. `backstop`: taken over by the venue's liquidator vault. */
  readonly method: 'market' | 'backstop'
}

/** A fill as REST and the socket carry it. `fee` includes a builder's; `crossed` means taker. */
export interface VenueFill {
  readonly coin: string
  readonly px: string
  readonly sz: string
  readonly side: 'B' | 'A'
  readonly time: number
  readonly startPosition: string
  readonly dir: string
  readonly closedPnl: string
  readonly hash: string
  readonly oid: number
  readonly crossed: boolean
  readonly fee: string
  readonly tid: number
  readonly cloid?: string
  readonly liquidation?: Liquidation
  readonly builderFee?: string
  readonly feeToken: string
  readonly twapId: number | null
}

/** One hour's funding of one position. `usdc` is negative when paid. */
export interface FundingPayment {
  readonly time: number
  readonly coin: string
  readonly usdc: string
  readonly szi: string
  readonly fundingRate: string
  readonly hash: string
}

/** A key that may trade for the account. */
export interface Agent {
  readonly address: string
  /** `null` for the one unnamed agent. */
  readonly name: string | null
  readonly validUntil: number
}

export interface Account {
  /** Lower case. */
  address: string
  /** While nobody knows which network its client signs for: the second address the same signature could mean. */
  alias: string | null
  /** The account that owns this sub-account. */
  readonly master: string | null
  name: string | null
  /** A vault trades for its depositors; its leader signs for it as for a sub-account. */
  readonly isVault: boolean
  /** USDC without unrealised profit and without isolated margin. */
  cash: Decimal
  /** The same by builder's dex, in its own collateral. */
  readonly pools: Map<string, Decimal>
  /** By token name. */
  readonly spot: Map<string, { readonly total: Decimal; readonly entryNtl: Decimal }>
  /** Orders on builders' dexes draw missing collateral from the venue's own clearinghouse or from spot. */
  dexAbstraction: boolean
  readonly positions: Map<string, Position>
  readonly leverage: Map<string, Leverage>
  /** Active orders by id: resting, waiting for a trigger or for a parent. */
  readonly openOrders: Map<number, Order>
  /** The most recent orders whatever became of them, oldest first. */
  readonly orders: Order[]
  readonly fills: VenueFill[]
  readonly fundings: FundingPayment[]
  /** Transfers, oldest first. */
  readonly ledger: LedgerUpdate[]
  /** Every one ever, oldest first. */
  readonly twaps: Twap[]
  readonly twapFills: TwapFill[]
  /** USD traded since inception. */
  volume: Decimal
  /** Counted against the address budget. */
  requests: number
  agents: Agent[]
  /** Addresses that may no longer sign: their name was given to another address, or they were taken away. */
  readonly formerAgents: Map<string, 'replaced' | 'removed'>
  /** Until when (ms) no agent can be approved after one was removed. */
  agentRemovalUntil: number
  /** When all orders are to be cancelled. */
  scheduledCancel: number | null
  /** How often that happened on a UTC day. */
  scheduledCancels: { readonly day: number; readonly count: number }
  /** Bought beyond the address budget. */
  reservedRequests: number
  /** Highest fee by builder, tenths of a basis point. */
  readonly builderFees: Map<string, number>
}

/** Records of orders that the venue keeps per account. */
const ORDERS_KEPT = 2000

export function newAccount(
  address: string,
  usd: Decimal.Value,
  owner: { master?: string; name?: string; isVault?: boolean } = {},
): Account {
  return {
    address: address.toLowerCase(),
    alias: null,
    master: owner.master ?? null,
    name: owner.name ?? null,
    isVault: owner.isVault ?? false,
    cash: new Decimal(usd),
    pools: new Map(),
    spot: new Map(),
    dexAbstraction: false,
    positions: new Map(),
    leverage: new Map(),
    openOrders: new Map(),
    orders: [],
    fills: [],
    fundings: [],
    ledger: [],
    twaps: [],
    twapFills: [],
    volume: new Decimal(0),
    requests: 0,
    agents: [],
    formerAgents: new Map(),
    agentRemovalUntil: 0,
    scheduledCancel: null,
    scheduledCancels: { day: 0, count: 0 },
    reservedRequests: 0,
    builderFees: new Map(),
  }
}

/** The leverage an account has chosen for a coin; 20x cross (or the coin's maximum, isolated where it must be) until it chooses. */
export function leverageOf(
  account: Account,
  { name, maxLeverage, onlyIsolated }: Pick<Listing, 'name' | 'maxLeverage' | 'onlyIsolated'>,
): Leverage {
  const type = onlyIsolated ? 'isolated' : 'cross'
  return account.leverage.get(name) ?? { type, value: Math.min(20, maxLeverage) }
}

export function remember(account: Account, order: Order): void {
  account.orders.push(order)
  if (account.orders.length > ORDERS_KEPT) account.orders.shift()
}

/** By id or by cloid; the newest with that cloid. */
export function findOrder(account: Account, key: number | string): Order | undefined {
  return account.orders.findLast((order) => (typeof key === 'number' ? order.oid === key : order.cloid === key))
}
