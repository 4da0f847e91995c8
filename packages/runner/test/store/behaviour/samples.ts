import type { Bar, Fill, Instrument, SealedOrder, Trade, VenueKey } from '@portolan/core'
import { instrumentId, parseDecimal, venueKey } from '@portolan/core'
import type {
  AccountKey,
  FillBooking,
  NewCharge,
  NewIntent,
  PositionAmounts,
  PositionKey,
  PositionRow,
  SeriesRef,
  StepRecord,
  Store,
} from '../../../src/store/store.ts'

/** A store as the behaviour tests take it: open, possibly with rows of other tests in it. */
export interface StoreUnderTest {
  readonly store: Store
  /** What the store takes for the time; set at will. */
  readonly clock: { now: number }
}

export const VENUE: VenueKey = venueKey({ tokenChain: 'acme', bookId: 'perps' })
export const OTHER_VENUE: VenueKey = venueKey({ tokenChain: 'acme', bookId: 'spot' })
export const BTC = instrumentId('BTC')
export const HOUR = 3_600_000
export const T0 = 1_700_000_000_000

/** An account of the venue. */
export function account(scope: string, label = 'default'): AccountKey {
  return { scope, venue: VENUE, label }
}

let count = 0

/** A text that no other test of this file uses: scopes and ids made with it keep tests apart in one database. */
export function unique(prefix = 'x'): string {
  count += 1
  return `${prefix}-${count}-${Math.trunc(performance.now())}`
}

export function positionKey(scope: string, change: Partial<PositionKey> = {}): PositionKey {
  return { scope, venue: VENUE, label: 'default', instrument: BTC, timeframe: '1h', ...change }
}

export function addPosition(store: Store, scope: string, change: Partial<PositionKey> = {}): Promise<PositionRow> {
  return store.addPosition(positionKey(scope, change), parseDecimal('1000'))
}

export function newIntent(id: string, change: Partial<NewIntent> = {}): NewIntent {
  return { id, side: 'buy', rule: 'S1.buySignal', state: 'planned', explanation: { A: 0.61, blocked: [] }, ...change }
}

export function step(positionId: string, barTs: number, change: Partial<StepRecord> = {}): StepRecord {
  const base = { positionId, barTs, at: barTs + HOUR, decision: { kind: 'hold' }, state: { bars: 1 } }
  return { ...base, status: 'watchlist', intent: null, ...change }
}

export function sealed(id: string, change: Partial<SealedOrder> = {}): SealedOrder {
  return { id, instrument: BTC, expiresAt: null, payload: { zeta: 1, alpha: ['2', { b: 1, a: 2 }] }, ...change }
}

/** A position with a planned intent; the ids of both. */
export async function plan(store: Store, scope: string): Promise<{ positionId: string; intentId: string }> {
  const position = await addPosition(store, scope)
  const intentId = unique('intent')
  const barTs = (position.lastBarTs ?? T0) + HOUR
  await store.recordStep(step(position.id, barTs, { intent: newIntent(intentId) }))
  return { positionId: position.id, intentId }
}

/** ... and an order that was sent for it. */
export async function send(
  store: Store,
  scope: string,
): Promise<{ positionId: string; intentId: string; sealedId: string }> {
  const planned = await plan(store, scope)
  const sealedId = unique('order')
  await store.sealOrder({ intentId: planned.intentId, sealed: sealed(sealedId), request: { side: 'buy' } })
  await store.markSubmitting(sealedId)
  return { ...planned, sealedId }
}

export function fill(id: string, change: Partial<Fill> = {}): Fill {
  return {
    id,
    orderId: '77',
    sealedId: null,
    instrument: BTC,
    side: 'buy',
    price: parseDecimal('65123.4'),
    quantity: parseDecimal('0.00015'),
    fee: { in: 'quote', amount: parseDecimal('0.0043959') },
    at: T0,
    ...change,
  }
}

export const AMOUNTS: PositionAmounts = {
  quantity: parseDecimal('0.00015'),
  averageEntry: parseDecimal('65123.4'),
  investedUsd: parseDecimal('9.7729059'),
  extractedUsd: parseDecimal('0'),
  realisedPnlUsd: parseDecimal('-0.0043959'),
  feesUsd: parseDecimal('0.0043959'),
  fundingUsd: parseDecimal('0'),
}

export function booking(positionId: string, fills: readonly Fill[], change: Partial<FillBooking> = {}): FillBooking {
  return { positionId, intentId: null, fills, amounts: AMOUNTS, state: { booked: true }, status: 'active', ...change }
}

export function charge(id: string, change: Partial<NewCharge> = {}): NewCharge {
  return { kind: 'funding', id, instrument: BTC, usd: parseDecimal('-0.25'), at: T0, ...change }
}

export function series(source: string, change: Partial<SeriesRef> = {}): SeriesRef {
  return { venue: VENUE, source, feed: 'trading', instrument: BTC, ...change }
}

export function bar(ts: number, close: number, change: Partial<Bar> = {}): Bar {
  return { ts, open: close, high: close + 1, low: close - 1, close, volume: 2.5, ...change }
}

export function trade(id: string, ts: number, change: Partial<Trade> = {}): Trade {
  return { id, ts, price: parseDecimal('65123.4'), quantity: parseDecimal('0.00015'), side: 'buy', ...change }
}

export function instrument(id: string, change: Partial<Instrument> = {}): Instrument {
  const none = parseDecimal('0')
  return {
    id: instrumentId(id),
    base: id,
    quote: 'USDC',
    status: 'trading',
    sizing: {
      price: { kind: 'significant-figures', figures: 5, maxDecimals: 1, integersAlways: true },
      quantityStep: parseDecimal('0.00001'),
      minQuantity: none,
      minNotional: parseDecimal('10'),
      maxQuantity: null,
      maxNotional: null,
      maxLeverage: 40,
      closeExemptFromMinimums: true,
      buyUnit: 'base',
      quoteStep: parseDecimal('0.000001'),
    },
    fees: { takerBps: 4.5, makerBps: 1.5 },
    marketCapUsd: null,
    venue: { assetId: 0 },
    ...change,
  }
}
