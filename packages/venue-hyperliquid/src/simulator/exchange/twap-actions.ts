import { Decimal } from 'decimal.js'
import type { Account } from '../engine/account.ts'
import type { EngineCore } from '../engine/core.ts'
import { closable } from '../engine/reduce-only.ts'
import { endTwap, startTwap } from '../engine/twap.ts'
import type { Answer } from './answer.ts'

/** 5 minutes to 7 days. Source: the venue's exchange page. */
const MINUTES = { least: 5, most: 7 * 24 * 60 }
const MINIMUM_NOTIONAL = 100

export interface WireTwap {
  readonly a: number
  readonly b: boolean
  readonly s: string
  readonly r: boolean
  readonly m: number
  readonly t: boolean
}

export function twapOrder(core: EngineCore, account: Account, wire: WireTwap): Answer {
  const listing = core.market.listing(wire.a)
  if (listing === undefined || listing.kind === 'spot') return failed('twapOrder', `Asset ${wire.a} is not listed.`)
  if (listing.delisted) return failed('twapOrder', `Trading is halted. asset=${wire.a}`)
  if (wire.m < MINUTES.least || wire.m > MINUTES.most) {
    return failed('twapOrder', `Invalid TWAP duration: ${wire.m} min(s)`)
  }
  const sz = new Decimal(wire.s)
  if (!sz.gt(0) || sz.decimalPlaces() > listing.szDecimals) {
    return failed('twapOrder', `Order has invalid size. asset=${wire.a}`)
  }
  if (wire.r && closable(account, listing.name, wire.b).isZero()) {
    return failed('twapOrder', 'Reduce-only TWAP order would increase position.')
  }
  if (sz.times(core.markPx(listing.name)).lt(MINIMUM_NOTIONAL)) {
    return failed('twapOrder', `Order must have minimum value of $${MINIMUM_NOTIONAL}. asset=${wire.a}`)
  }
  const { id } = startTwap(core, account, {
    coin: listing.name,
    asset: wire.a,
    isBuy: wire.b,
    sz,
    minutes: wire.m,
    reduceOnly: wire.r,
    randomize: wire.t,
  })
  return { status: 'ok', response: { type: 'twapOrder', data: { status: { running: { twapId: id } } } } }
}

export function twapCancel(core: EngineCore, account: Account, asset: number, id: number): Answer {
  const twap = account.twaps.find((each) => each.id === id && each.asset === asset && each.status === 'activated')
  if (twap === undefined) return failed('twapCancel', 'TWAP was never placed, already canceled, or filled.')
  endTwap(core, account, twap, 'terminated')
  return { status: 'ok', response: { type: 'twapCancel', data: { status: 'success' } } }
}

function failed(type: string, error: string): Answer {
  return { status: 'ok', response: { type, data: { status: { error } } } }
}
