import type { Account } from '../engine/account.ts'
import { newAccount } from '../engine/account.ts'
import type { EngineCore } from '../engine/core.ts'
import type { Nonces } from '../exchange/nonces.ts'
import type { MarketState } from '../market/market.ts'

/** Everything that must survive a restart. The market itself is a function of the seed. */
export interface SimulatorState {
  readonly version: 1
  readonly seed: string
  /** Simulated time reached. */
  readonly now: number
  readonly counters: { readonly oid: number; readonly tid: number; readonly twap?: number }
  readonly market: MarketState
  readonly nonces: Readonly<Record<string, readonly number[]>>
  readonly accounts: readonly Account[]
}

export function captureState(core: EngineCore, nonces: Nonces): SimulatorState {
  return {
    version: 1,
    seed: core.market.seed,
    now: core.now,
    counters: core.counters,
    market: core.market.state,
    nonces: nonces.state,
    accounts: [...core.accounts.all()],
  }
}

export function restoreState(state: SimulatorState, core: EngineCore, nonces: Nonces): void {
  core.now = Math.max(core.now, state.now)
  core.counters.oid = state.counters.oid
  core.counters.tid = state.counters.tid
  core.counters.twap = state.counters.twap ?? core.counters.twap
  core.market.restore(state.market)
  nonces.restore(state.nonces)
  // A state of an earlier version lacks what accounts did not have then.
  for (const saved of state.accounts) core.accounts.add(relinked({ ...newAccount(saved.address, 0), ...saved }))
}

// Active orders and their records are one object in memory but two copies in the file.
function relinked(account: Account): Account {
  for (const [index, order] of account.orders.entries()) {
    const active = account.openOrders.get(order.oid)
    if (active !== undefined) account.orders[index] = active
  }
  return account
}
