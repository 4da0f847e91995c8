import { Decimal } from 'decimal.js'
import type { Account } from '../engine/account.ts'
import { leverageOf } from '../engine/account.ts'
import type { EngineCore } from '../engine/core.ts'
import { accountMargin } from '../engine/margin.ts'
import type { Answer } from './answer.ts'
import { DONE, refused } from './answer.ts'

/** Volume before a timed cancel may be set, and before sub-accounts may be made. Source: captured refusals. */
const VOLUME_FOR_SCHEDULE = 1_000_000
const VOLUME_FOR_SUB_ACCOUNTS = 100_000

export function updateLeverage(
  core: EngineCore,
  account: Account,
  request: { readonly asset: number; readonly isCross: boolean; readonly leverage: number },
): Answer {
  const listing = core.market.listing(request.asset)
  if (listing === undefined) return refused(`Asset ${request.asset} is not listed.`)
  if (request.leverage < 1 || request.leverage > listing.maxLeverage) return refused('Invalid leverage value')
  const type = request.isCross ? 'cross' : 'isolated'
  const current = leverageOf(account, listing.name, listing.maxLeverage)
  if (account.positions.has(listing.name) && current.type !== type) {
    return refused('Cannot switch leverage type with open position.')
  }
  account.leverage.set(listing.name, { type, value: request.leverage })
  return DONE
}

/** Moves USD (millionths) into or out of an isolated position. */
export function updateIsolatedMargin(core: EngineCore, account: Account, asset: number, ntli: number): Answer {
  const listing = core.market.listing(asset)
  const position = listing && account.positions.get(listing.name)
  if (listing === undefined || position === undefined) return refused('Position does not exist.')
  if (leverageOf(account, listing.name, listing.maxLeverage).type !== 'isolated') {
    return refused('Position does not use isolated margin.')
  }
  const usd = new Decimal(ntli).div(1_000_000)
  const free = usd.isNegative() ? position.isolatedMargin : accountMargin(account, core).withdrawable
  if (usd.abs().gt(free)) return refused('Insufficient margin to place order.')
  account.positions.set(listing.name, { ...position, isolatedMargin: position.isolatedMargin.plus(usd) })
  account.cash = account.cash.minus(usd)
  return DONE
}

export function scheduleCancel(core: EngineCore, account: Account, time: number | undefined): Answer {
  if (account.volume.lt(VOLUME_FOR_SCHEDULE)) {
    return refused(`Cannot set scheduled cancel time until ${enoughVolume(VOLUME_FOR_SCHEDULE, account)}`)
  }
  if (time !== undefined && time < core.now + 5000) {
    return refused('Scheduled cancel time must be at least 5 seconds in the future.')
  }
  account.scheduledCancel = time ?? null
  return DONE
}

export function createSubAccount(account: Account): Answer {
  if (account.volume.gte(VOLUME_FOR_SUB_ACCOUNTS)) return refused('Sub-accounts are opened through the simulator.')
  return refused(`Cannot create sub-accounts until ${enoughVolume(VOLUME_FOR_SUB_ACCOUNTS, account)}`)
}

/** Moves USD between an account and one of its sub-accounts. */
export function subAccountTransfer(
  core: EngineCore,
  account: Account,
  request: { readonly subAccountUser: string; readonly isDeposit: boolean; readonly usd: number },
): Answer {
  const sub = core.accounts.find(request.subAccountUser)
  if (sub === undefined || sub.master !== account.address)
    return refused(`Sub-account not found: ${request.subAccountUser}`)
  const [from, to] = request.isDeposit ? [account, sub] : [sub, account]
  return moveCash(core, from, to, new Decimal(request.usd).div(1_000_000))
}

/** Moves cash that is not tied up. `to` undefined: it leaves the exchange. */
export function moveCash(core: EngineCore, from: Account, to: Account | undefined, usd: Decimal): Answer {
  if (!usd.gt(0) || usd.gt(accountMargin(from, core).withdrawable)) {
    return refused('Insufficient balance for withdrawal.')
  }
  from.cash = from.cash.minus(usd)
  if (to !== undefined) to.cash = to.cash.plus(usd)
  return DONE
}

function enoughVolume(required: number, account: Account): string {
  return `enough volume traded. Required: $${required}. Traded: $${account.volume.toFixed()}.`
}
