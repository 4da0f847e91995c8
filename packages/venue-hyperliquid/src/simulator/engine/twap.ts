import { Decimal } from 'decimal.js'
import { Random, seedOf } from '../market/random.ts'
import { roundToTick } from '../market/tick.ts'
import type { Account, VenueFill } from './account.ts'
import type { EngineCore } from './core.ts'
import { decimalText } from './decimal-text.ts'
import { closable, followPosition } from './reduce-only.ts'
import { systemOrder } from './system-order.ts'
import { takeLiquidity } from './take-liquidity.ts'

/** A large order in slices. Source of its rules: the venue's page on order types. */
export interface Twap {
  readonly id: number
  readonly coin: string
  readonly asset: number
  readonly isBuy: boolean
  readonly sz: Decimal
  readonly minutes: number
  readonly reduceOnly: boolean
  readonly randomize: boolean
  readonly timestamp: number
  executedSz: Decimal
  executedNtl: Decimal
  /** Slices sent so far. */
  slices: number
  /** When the next slice is due. */
  nextAt: number
  status: 'activated' | 'finished' | 'terminated' | 'error'
  /** Why, where the status is `error`. */
  description: string
  endedAt: number
}

export interface TwapFill {
  readonly fill: VenueFill
  readonly twapId: number
}

const SLICE_MS = 30_000
/** How far from the mark a slice may trade. */
const SLIPPAGE = 0.03
/** A slice may catch up on what the earlier ones missed, up to so many times the ordinary size. */
const CATCH_UP = 3

/** Accepts one; its first slice is due at once. */
export function startTwap(
  core: EngineCore,
  account: Account,
  wish: Pick<Twap, 'coin' | 'asset' | 'isBuy' | 'sz' | 'minutes' | 'reduceOnly' | 'randomize'>,
): Twap {
  const twap: Twap = {
    ...wish,
    id: core.nextTwap(),
    timestamp: core.now,
    executedSz: new Decimal(0),
    executedNtl: new Decimal(0),
    slices: 0,
    nextAt: core.now,
    status: 'activated',
    description: '',
    endedAt: 0,
  }
  account.twaps.push(twap)
  core.emit({ kind: 'twap', account, twap })
  runTwaps(core, account)
  return twap
}

export function endTwap(core: EngineCore, account: Account, twap: Twap, status: Twap['status'], why = ''): void {
  twap.status = status
  twap.description = why
  twap.endedAt = core.now
  core.emit({ kind: 'twap', account, twap })
}

/** Sends the slices that are due. */
export function runTwaps(core: EngineCore, account: Account): void {
  for (const twap of account.twaps) {
    if (twap.status !== 'activated' || twap.nextAt > core.now) continue
    if (core.listing(twap.coin).delisted) endTwap(core, account, twap, 'terminated')
    else runSlice(core, account, twap)
  }
}

function runSlice(core: EngineCore, account: Account, twap: Twap): void {
  const count = twap.minutes * (60_000 / SLICE_MS)
  const sz = sliceSize(core, account, twap, count)
  if (twap.reduceOnly && closable(account, twap.coin, twap.isBuy).isZero()) {
    endTwap(core, account, twap, 'error', 'Reduce-only TWAP order would increase position.')
    return
  }
  if (sz.gt(0)) trade(core, account, twap, sz)
  twap.slices += 1
  twap.nextAt = nextSliceAt(core, twap)
  if (twap.executedSz.gte(twap.sz) || twap.slices >= count) endTwap(core, account, twap, 'finished')
}

function sliceSize(core: EngineCore, account: Account, twap: Twap, count: number): Decimal {
  const ordinary = twap.sz.div(count)
  const target = twap.slices + 1 >= count ? twap.sz : ordinary.times(twap.slices + 1)
  const wanted = Decimal.min(target.minus(twap.executedSz), ordinary.times(CATCH_UP))
  const allowed = twap.reduceOnly ? Decimal.min(wanted, closable(account, twap.coin, twap.isBuy)) : wanted
  return allowed.toDecimalPlaces(core.listing(twap.coin).szDecimals, Decimal.ROUND_DOWN)
}

function nextSliceAt(core: EngineCore, twap: Twap): number {
  const even = twap.timestamp + twap.slices * SLICE_MS
  if (!twap.randomize) return even
  const random = new Random(seedOf(core.market.seed, 'twap', twap.id, twap.slices))
  return even + Math.round((random.next() - 0.5) * 0.4 * SLICE_MS)
}

function trade(core: EngineCore, account: Account, twap: Twap, sz: Decimal): void {
  const { coin, isBuy, id } = twap
  const worst = core
    .markPx(coin)
    .times(1 + (isBuy ? SLIPPAGE : -SLIPPAGE))
    .toNumber()
  const limitPx = new Decimal(roundToTick(worst, core.listing(coin).szDecimals))
  const order = systemOrder(core, { coin, isBuy, sz, limitPx, reduceOnly: twap.reduceOnly })
  for (const fill of takeLiquidity(core, account, order, { twapId: id })) {
    twap.executedSz = twap.executedSz.plus(fill.sz)
    twap.executedNtl = twap.executedNtl.plus(new Decimal(fill.px).times(fill.sz))
  }
  followPosition(core, account, coin)
}

/** As `twapStates` carries it. */
export function twapState(account: Account, twap: Twap) {
  return {
    coin: twap.coin,
    user: account.address,
    side: twap.isBuy ? 'B' : 'A',
    sz: decimalText(twap.sz),
    executedSz: decimalText(twap.executedSz),
    executedNtl: decimalText(twap.executedNtl),
    minutes: twap.minutes,
    reduceOnly: twap.reduceOnly,
    randomize: twap.randomize,
    timestamp: twap.timestamp,
  }
}

/** As `twapHistory` carries it; its time is in seconds. */
export function twapRecord(account: Account, twap: Twap) {
  const { status, description } = twap
  return {
    time: Math.floor((status === 'activated' ? twap.timestamp : twap.endedAt) / 1000),
    state: twapState(account, twap),
    status: status === 'error' ? { status, description } : { status },
    twapId: twap.id,
  }
}
