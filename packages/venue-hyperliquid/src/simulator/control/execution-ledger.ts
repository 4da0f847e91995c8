import type { Account, FundingPayment, VenueFill } from '../engine/account.ts'
import type { EngineCore } from '../engine/core.ts'
import { decimalText } from '../engine/decimal-text.ts'
import { frontendOrder } from '../engine/order.ts'

/** Everything that an account had executed, for tests that count. */
export interface AccountExecutions {
  readonly address: string
  readonly master: string | null
  /** Every order ever recorded, refused ones too, oldest first. */
  readonly orders: readonly Record<string, unknown>[]
  readonly fills: readonly VenueFill[]
  /** Of TWAP slices, which the venue keeps apart. */
  readonly twapFills: readonly VenueFill[]
  readonly fundings: readonly FundingPayment[]
  readonly positions: Readonly<Record<string, string>>
  readonly cash: string
  /** Collateral by builder's dex. */
  readonly pools: Readonly<Record<string, string>>
}

export function executions(core: EngineCore): AccountExecutions[] {
  return [...core.accounts.all()].map((account) => ({
    address: account.address,
    master: account.master,
    orders: account.orders.map((order) => ({
      ...frontendOrder(order),
      status: order.status,
      statusTimestamp: order.statusTimestamp,
    })),
    fills: account.fills,
    twapFills: account.twapFills.map(({ fill }) => fill),
    fundings: account.fundings,
    positions: positions(account),
    cash: decimalText(account.cash),
    pools: Object.fromEntries([...account.pools].map(([dex, cash]) => [dex, decimalText(cash)])),
  }))
}

function positions(account: Account): Record<string, string> {
  return Object.fromEntries([...account.positions.values()].map(({ coin, szi }) => [coin, decimalText(szi)]))
}
