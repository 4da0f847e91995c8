import { DAY_MS, HOUR_MS, MINUTE_MS } from '../market/coin-path.ts'
import type { Account } from './account.ts'
import type { EngineCore } from './core.ts'
import { crossResting } from './cross-resting.ts'
import { endAllOrders } from './end-order.ts'
import { fireTriggers } from './fire-triggers.ts'
import { liquidate } from './liquidate.ts'
import { payFunding } from './pay-funding.ts'
import { settlePosition } from './settle-position.ts'
import { runTwaps } from './twap.ts'

/** The end of the next step towards `to`: steps end on minutes, so that hours are never stepped over. */
export function stepEnd(core: EngineCore, from: number, to: number): number {
  let end = Math.min(to, (Math.floor(from / MINUTE_MS) + 1) * MINUTE_MS)
  for (const account of core.accounts.all()) {
    // What accounts have asked for at a time happens at that time.
    for (const { status, nextAt } of account.twaps) if (status === 'activated') end = sooner(end, nextAt, from)
    if (account.scheduledCancel !== null) end = sooner(end, account.scheduledCancel, from)
  }
  return end
}

function sooner(end: number, at: number, after: number): number {
  return at > after && at < end ? at : end
}

/** Lets the market happen up to `end` (at most a minute ahead): trades against resting orders, triggers, funding, liquidations. */
export function advance(core: EngineCore, end: number): void {
  const from = core.now
  const trades = activeCoins(core).flatMap((coin) =>
    core.market
      .coin(coin)
      .pathTrades(from, end)
      .map((trade) => ({ coin, trade })),
  )
  trades.sort((a, b) => a.trade.time - b.trade.time)
  for (const { coin, trade } of trades) {
    core.now = trade.time
    crossResting(core, coin, trade)
    fireTriggers(core, coin, trade.price)
  }
  core.now = end
  for (const account of core.accounts.all()) {
    runTwaps(core, account)
    if (account.scheduledCancel === null || account.scheduledCancel > end) continue
    account.scheduledCancel = null
    account.scheduledCancels = { day: dayOf(end), count: scheduledCancelsToday(account, end) + 1 }
    endAllOrders(core, account, 'scheduledCancel')
  }
  if (end % HOUR_MS === 0) payFunding(core, end)
  liquidate(core)
}

/** Timed cancels of the UTC day of a time. */
export function scheduledCancelsToday({ scheduledCancels }: Account, at: number): number {
  return scheduledCancels.day === dayOf(at) ? scheduledCancels.count : 0
}

function dayOf(at: number): number {
  return Math.floor(at / DAY_MS)
}

/** Price pushed from outside: whatever it reaches or jumps over happens at once. */
export function pushPrice(core: EngineCore, coin: string, price: number): void {
  core.market.coin(coin).push(price, core.now)
  crossResting(core, coin, { price: core.market.coin(coin).priceAt(core.now), lots: Number.MAX_SAFE_INTEGER })
  fireTriggers(core, coin, core.market.coin(coin).priceAt(core.now))
  liquidate(core)
}

/** Ends trading in a coin: its orders are cancelled, and what is held of it is settled at the mark price. */
export function delistCoin(core: EngineCore, coin: string): void {
  core.market.delist(coin)
  for (const account of core.accounts.all()) {
    endAllOrders(core, account, 'delistedCanceled', (other) => other === coin)
    settlePosition(core, account, coin)
  }
  core.emit({ kind: 'delisted', coin })
}

/** Coins in which an account has something at stake; the others need no simulation until somebody looks. */
function activeCoins(core: EngineCore): string[] {
  const coins = new Set<string>()
  for (const account of core.accounts.all()) {
    for (const order of account.openOrders.values()) coins.add(order.coin)
  }
  return [...coins].filter((coin) => core.market.listing(coin)?.delisted === false)
}
