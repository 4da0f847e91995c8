import { Decimal } from 'decimal.js'
import type { Account } from './account.ts'

const ZERO = new Decimal(0)

/** Collateral in the clearinghouse of a dex, without unrealised profit and isolated margin; the venue's own is called ''. */
export function cashOf(account: Account, dex: string): Decimal {
  return dex === '' ? account.cash : (account.pools.get(dex) ?? ZERO)
}

export function addCash(account: Account, dex: string, amount: Decimal): void {
  if (dex === '') account.cash = account.cash.plus(amount)
  else account.pools.set(dex, cashOf(account, dex).plus(amount))
}

/** What an account has of a token on the spot side. */
export function spotTotal(account: Account, token: string): Decimal {
  return account.spot.get(token)?.total ?? ZERO
}

/** Changes it; `cost` is what was paid for what came in (USD). What goes out takes its share of the cost along. */
export function addSpot(account: Account, token: string, amount: Decimal, cost: Decimal = ZERO): void {
  const { total, entryNtl } = account.spot.get(token) ?? { total: ZERO, entryNtl: ZERO }
  const next = total.plus(amount)
  const kept = amount.isNegative() && !total.isZero() ? entryNtl.times(next).div(total) : entryNtl.plus(cost)
  if (next.isZero()) account.spot.delete(token)
  else account.spot.set(token, { total: next, entryNtl: kept })
}

/** What resting spot orders hold back of a token. */
export function spotHold(account: Account, token: string, pairOf: (coin: string) => SpotPairTokens | null): Decimal {
  let hold = ZERO
  for (const order of account.openOrders.values()) {
    const pair = pairOf(order.coin)
    if (pair === null || order.stage !== 'book') continue
    if (order.isBuy && pair.quote === token) hold = hold.plus(order.sz.times(order.limitPx))
    if (!order.isBuy && pair.base === token) hold = hold.plus(order.sz)
  }
  return hold
}

export interface SpotPairTokens {
  readonly base: string
  readonly quote: string
}
