import type { CoinMarket } from './coin-market.ts'
import { startOf } from './coin-market.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from './coin-path.ts'
import type { MarketBook } from './order-book.ts'
import { Random, seedOf, smoothNoise } from './random.ts'
import { numberText, roundToTick } from './tick.ts'

/** Statistics of a perp as `metaAndAssetCtxs` and `activeAssetCtx` carry them. */
export interface AssetContext {
  readonly funding: string
  readonly openInterest: string
  readonly prevDayPx: string
  readonly dayNtlVlm: string
  readonly premium: string | null
  readonly oraclePx: string
  readonly markPx: string
  readonly midPx: string | null
  readonly impactPxs: readonly [string, string] | null
  readonly dayBaseVlm: string
}

/** The premium of the perp over its oracle: small, slow, and the same for the same time. */
function premiumAt(market: CoinMarket, seed: string, at: number): number {
  return 0.0014 * smoothNoise(`${seed}/${market.profile.coin}/premium`, at / (3 * HOUR_MS))
}

/** Funding of the hour that contains `at`: (premium + clamp(0.01 % - premium, +-0.05 %)) / 8, at most 4 %. Source: the venue's funding page. */
export function fundingRate(market: CoinMarket, seed: string, at: number): number {
  const premium = premiumAt(market, seed, startOf(at, HOUR_MS))
  const interest = Math.max(-0.0005, Math.min(0.0005, 0.0001 - premium))
  return Math.max(-0.04, Math.min(0.04, (premium + interest) / 8))
}

/** The price against which margin, liquidation and triggers are measured. */
function markPrice(market: CoinMarket, at: number): number {
  return market.priceAt(at)
}

export function oraclePrice(market: CoinMarket, seed: string, at: number): number {
  return roundToTick(market.priceAt(at) / (1 + premiumAt(market, seed, at)), market.profile.szDecimals)
}

/** The middle of the book, which may lie between two ticks. */
export function midPrice(book: MarketBook): number | undefined {
  const [bid] = book.bids
  const [ask] = book.asks
  return bid === undefined || ask === undefined ? undefined : (bid.price + ask.price) / 2
}

export function assetContext(market: CoinMarket, book: MarketBook, seed: string, now: number): AssetContext {
  const { coin, szDecimals, dailyVolumeUsd } = market.profile
  const mark = markPrice(market, now)
  const mid = midPrice(book)
  const [bid] = book.bids
  const [ask] = book.asks
  const day = market.bar(startOf(now - DAY_MS, HOUR_MS), startOf(now, MINUTE_MS), now)
  const base = day.lots / 10 ** szDecimals
  const interest = (dailyVolumeUsd * (0.6 + 0.8 * new Random(seedOf(seed, coin, 'oi')).next())) / mark
  return {
    funding: numberText(fundingRate(market, seed, now), 10),
    openInterest: numberText(interest, szDecimals),
    prevDayPx: numberText(day.open, 6),
    dayNtlVlm: numberText((base * (day.open + day.high + day.low + day.close)) / 4, 6),
    premium: mid === undefined ? null : numberText(premiumAt(market, seed, now), 10),
    oraclePx: numberText(oraclePrice(market, seed, now), 6),
    markPx: numberText(mark, 6),
    midPx: mid === undefined ? null : numberText(mid, 8),
    impactPxs: bid === undefined || ask === undefined ? null : [numberText(bid.price, 6), numberText(ask.price, 6)],
    dayBaseVlm: numberText(base, szDecimals),
  }
}

/** A listed coin that trades no more: no book, no volume. */
export function delistedContext(market: CoinMarket, at: number): AssetContext {
  const price = numberText(market.priceAt(at), 6)
  return {
    funding: '0.0',
    openInterest: '0.0',
    prevDayPx: price,
    dayNtlVlm: '0.0',
    premium: null,
    oraclePx: price,
    markPx: price,
    midPx: null,
    impactPxs: null,
    dayBaseVlm: '0.0',
  }
}
