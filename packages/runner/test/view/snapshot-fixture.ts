import { instrumentId, parseDecimal, parseVenueKey } from '@portolan/core'
import type { PositionView, RunnerSnapshot, VenueView } from '../../src/loop/snapshot.ts'

/** 2026-11-22 17:40:05 UTC. */
export const AT = Date.UTC(2026, 10, 22, 17, 40, 5)
const VENUE = parseVenueKey('acme/perps')

export function venueView(changes: Partial<VenueView> = {}): VenueView {
  return {
    key: VENUE,
    label: 'default',
    name: 'acme',
    network: 'simulator',
    health: 'ok',
    problems: [],
    streams: { wanted: 5, live: 5, stale: 0 },
    openOrders: 0,
    budgets: [{ name: 'rest-weight', available: 1180, capacity: 1200 }],
    lastEventAt: AT - 400,
    ...changes,
  }
}

export function positionView(token: string, changes: Partial<PositionView> = {}): PositionView {
  return {
    id: `p-${token}`,
    venue: VENUE,
    label: 'default',
    instrument: instrumentId(token),
    timeframe: '1m',
    status: 'watchlist',
    paused: false,
    problem: null,
    allocationUsd: parseDecimal('1000'),
    quantity: parseDecimal('0'),
    averageEntry: null,
    price: 61_234.5,
    realisedPnlUsd: 0,
    unrealisedPnlUsd: 0,
    state: 'S0',
    warmingUp: null,
    a: 0.5,
    e: 0.5,
    lastDecision: {
      barTs: AT - 65_000,
      action: 'hold',
      rule: null,
      why: 'nearest S1.buySignal: blocked by state',
    },
    openIntent: null,
    data: { kind: 'stream', name: 'trades', everyMs: null, status: 'live' },
    gate: { state: 'open', reason: null, message: null },
    ...changes,
  }
}

export function runnerSnapshot(changes: Partial<RunnerSnapshot> = {}): RunnerSnapshot {
  const btc = positionView('BTC', {
    status: 'active',
    state: 'S3',
    quantity: parseDecimal('0.00412'),
    averageEntry: parseDecimal('60500'),
    realisedPnlUsd: 12.5,
    unrealisedPnlUsd: 3.03,
    a: 0.72,
    lastDecision: {
      barTs: AT - 65_000,
      action: 'entry',
      rule: 'S3.entry',
      why: 'S3.entry: entry of 25.0% = 250.00 USD',
    },
    openIntent: { id: 'a1b2c3d4e5f6', side: 'buy', rule: 'S3.entry', state: 'submitted' },
  })
  const position = {
    id: 'p-BTC',
    venue: VENUE,
    label: 'default',
    instrument: instrumentId('BTC'),
    timeframe: '1m' as const,
  }
  return {
    at: AT,
    startedAt: AT - 3_600_000,
    mode: 'live',
    venues: [venueView()],
    positions: [
      btc,
      positionView('SOL', {
        price: 131.77,
        gate: { state: 'exit-only', reason: 'post-only', message: 'after an upgrade' },
      }),
      positionView('kPEPE', {
        price: 0.0000123,
        state: null,
        warmingUp: { seen: 120, needed: 350 },
        a: null,
        e: null,
        lastDecision: null,
      }),
    ],
    profit: { realisedUsd: 12.5, unrealisedUsd: 3.03 },
    recent: [
      {
        at: AT - 2000,
        type: 'fill',
        position,
        intentId: 'a1b2c3d4e5f6',
        side: 'buy',
        quantity: parseDecimal('0.00412'),
        price: parseDecimal('60500'),
        fillId: 'f1',
      },
      {
        at: AT - 3000,
        type: 'intent',
        position,
        intentId: 'a1b2c3d4e5f6',
        side: 'buy',
        rule: 'S3.entry',
        state: 'submitted',
        reason: null,
      },
      { at: AT - 9000, type: 'warning', message: 'acme/perps: reconnected after 3 s' },
      { at: AT - 60_000, type: 'trade-closed', position, pnlUsd: -4.2, r: -0.31, pattern: 'S2.buyFlag' },
    ],
    ...changes,
  }
}
