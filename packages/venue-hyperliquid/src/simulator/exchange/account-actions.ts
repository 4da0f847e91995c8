import { Decimal } from 'decimal.js'
import type { Account } from '../engine/account.ts'
import { leverageOf } from '../engine/account.ts'
import { scheduledCancelsToday } from '../engine/advance.ts'
import { addCash } from '../engine/collateral.ts'
import type { EngineCore } from '../engine/core.ts'
import { accountMargin } from '../engine/margin.ts'
import type { Answer } from './answer.ts'
import { DONE, refused } from './answer.ts'
import { enoughVolume } from './enough-volume.ts'

/** Volume before a timed cancel may be set. Source: a captured refusal. */
const VOLUME_FOR_SCHEDULE = 1_000_000
/** Timed cancels that may strike within a UTC day. */
const SCHEDULED_A_DAY = 10

export function updateLeverage(
  core: EngineCore,
  account: Account,
  request: { readonly asset: number; readonly isCross: boolean; readonly leverage: number },
): Answer {
  const listing = core.market.listing(request.asset)
  if (listing === undefined || listing.kind === 'spot') return refused(`Asset ${request.asset} is not listed.`)
  if (request.leverage < 1 || request.leverage > listing.maxLeverage) return refused('Invalid leverage value')
  const type = request.isCross ? 'cross' : 'isolated'
  const current = leverageOf(account, listing)
  if (account.positions.has(listing.name) && current.type !== type) {
    return refused('Cannot switch leverage type with open position.')
  }
  if (request.isCross && listing.onlyIsolated) return refused('Cross margin is not allowed for this asset.')
  account.leverage.set(listing.name, { type, value: request.leverage })
  return DONE
}

/** Moves USD (millionths) into or out of an isolated position. */
export function updateIsolatedMargin(core: EngineCore, account: Account, asset: number, ntli: number): Answer {
  const listing = core.market.listing(asset)
  const position = listing && account.positions.get(listing.name)
  if (listing === undefined || position === undefined) return refused('Position does not exist.')
  if (leverageOf(account, listing).type !== 'isolated') {
    return refused('Position does not use isolated margin.')
  }
  const usd = new Decimal(ntli).div(1_000_000)
  const free = usd.isNegative() ? position.isolatedMargin : accountMargin(account, core, listing.dex).withdrawable
  if (usd.isNegative() && listing.marginMode === 'strictIsolated') {
    return refused('Margin cannot be removed from this position.')
  }
  if (usd.abs().gt(free)) return refused('Insufficient margin to place order.')
  account.positions.set(listing.name, { ...position, isolatedMargin: position.isolatedMargin.plus(usd) })
  addCash(account, listing.dex, usd.neg())
  return DONE
}

export function scheduleCancel(core: EngineCore, account: Account, time: number | undefined): Answer {
  if (account.volume.lt(VOLUME_FOR_SCHEDULE)) {
    return refused(`Cannot set scheduled cancel time until ${enoughVolume(VOLUME_FOR_SCHEDULE, account)}`)
  }
  if (time !== undefined && time < core.now + 5000) {
    return refused('Scheduled cancel time must be at least 5 seconds in the future.')
  }
  if (time !== undefined && scheduledCancelsToday(account, core.now) >= SCHEDULED_A_DAY) {
    return refused(`Cannot set scheduled cancel time: already triggered ${SCHEDULED_A_DAY} times today.`)
  }
  account.scheduledCancel = time ?? null
  return DONE
}

/** Adds margin to a position of a coin that must be isolated until it stands at a leverage. */
export function topUpIsolatedOnlyMargin(core: EngineCore, account: Account, asset: number, leverage: string): Answer {
  const listing = core.market.listing(asset)
  const valued = accountMargin(account, core, listing?.dex).positions.find(
    ({ position }) => position.coin === listing?.name,
  )
  if (listing === undefined || valued === undefined || !valued.isolated) {
    return refused('Position does not use isolated margin.')
  }
  const missing = valued.notional.div(leverage).minus(valued.marginUsed)
  if (missing.lte(0)) return refused('Leverage is already lower.')
  return updateIsolatedMargin(core, account, asset, missing.times(1_000_000).ceil().toNumber())
}

/** Buys actions beyond the address budget. Source of the price: the venue's page on rate limits. */
export function reserveRequestWeight(core: EngineCore, account: Account, weight: number): Answer {
  const price = new Decimal(weight).times('0.0005')
  if (accountMargin(account, core).withdrawable.lt(price)) return refused('Insufficient balance for withdrawal.')
  account.cash = account.cash.minus(price)
  account.reservedRequests += weight
  return DONE
}
