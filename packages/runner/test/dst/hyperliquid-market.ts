import type { Clock } from '@portolan/core'
import { instrumentId, parseDecimal } from '@portolan/core'
import hyperliquid from '@portolan/venue-hyperliquid'
import { createSimulatedVenue } from '@portolan/venue-hyperliquid/simulator'
import { forgetNonces } from '../../../venue-hyperliquid/src/execution/nonce-sequence.ts'
import { PERP_UNIVERSE } from '../../../venue-hyperliquid/src/reference/index.ts'
import { HYPERLIQUID_KEY } from './keys.ts'
import type { SimulatedMarket } from './simulated-market.ts'

const TOKENS = ['BTC', 'SOL'].map(instrumentId)

/** Hyperliquid in memory. */
export function hyperliquidMarket(clock: Clock, seed: number): SimulatedMarket {
  const venue = createSimulatedVenue({ clock, seed, latencyMs: [5, 120], tickMs: 500, fundUsd: 100_000 })
  // A market of two coins is as good for this as one of two hundred, and far quicker.
  for (const { name, isDelisted } of PERP_UNIVERSE) {
    if (isDelisted !== true && !(TOKENS as readonly string[]).includes(name)) void venue.faults.delist(name)
  }
  return {
    entry: { use: hyperliquid, key: { env: HYPERLIQUID_KEY }, options: venue.venueOptions },
    tokens: TOKENS,
    venue: 'hyperliquid/perps',
    allocationUsd: parseDecimal('1000'),
    serves: (url) => [venue.url, venue.wsUrl].some((own) => new URL(url).host === new URL(own).host),
    fetch: venue.fetch,
    connect: venue.connect,
    buysSpend: false,
    mayResend: false,
    ordersIn: (_url, body) => [...body.matchAll(/"c":"(0x[0-9a-f]{32})"/g)].map((match) => match[1] ?? ''),
    books: () => {
      const accounts = venue.executions()
      return {
        fills: accounts.flatMap(({ fills }) =>
          fills.map((fill) => ({
            id: `${fill.time}:${fill.oid}:${fill.tid}`,
            sealedId: fill.cloid ?? null,
            instrument: instrumentId(fill.coin),
            side: fill.side === 'B' ? ('buy' as const) : ('sell' as const),
            quantity: fill.sz,
            price: fill.px,
            fee: fill.feeToken === 'USDC' ? fill.fee : null,
            at: fill.time,
          })),
        ),
        positions: new Map(
          accounts.flatMap(({ positions }) =>
            Object.entries(positions).map(([coin, size]) => [instrumentId(coin), size] as const),
          ),
        ),
        funding: accounts.flatMap(({ fundings }) =>
          fundings.map(({ coin, usdc, time }) => ({ instrument: instrumentId(coin), usd: usdc, at: time })),
        ),
      }
    },
    harm: (random) => {
      const coin = TOKENS[Math.floor(random() * TOKENS.length)] ?? 'BTC'
      const faults = [
        { kind: 'fills-before-ack', ms: 3_000 },
        { kind: 'no-answer', path: '/exchange' },
        { kind: 'delayed-answer', path: '/exchange', ms: 20_000 },
        { kind: 'reorder-frames', times: 5 },
        { kind: 'duplicate-frame', times: 10 },
        { kind: 'delayed-frame', ms: 5_000, times: 5 },
        { kind: 'stalled-socket', coin, times: 500, scope: 'connected' },
        { kind: 'status-500', path: '/exchange', accepted: true },
        { kind: 'refuse-connections', ms: 20_000 },
        { kind: 'drop-sockets' },
      ] as const
      const fault = faults[Math.floor(random() * faults.length)]
      if (fault !== undefined) venue.faults.add(fault)
    },
    onProcess: forgetNonces,
    heal: () => venue.faults.clear(),
    [Symbol.dispose]: () => venue[Symbol.dispose](),
  }
}
