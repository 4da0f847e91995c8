import { defineConfig } from '@portolan/runner'

/**
 * The first voyage: a simulated Hyperliquid on this machine, a clock faster than time, no money.
 * A line away lie testnet and mainnet: take the `simulator` block out and set `options: { network: 'testnet' }`.
 */
export default defineConfig({
  mode: 'live',
  store: { directory: '.portolan/db' },
  venues: [{ use: 'hyperliquid', simulator: { speed: 30, seed: 7 } }],
  positions: ['BTC', 'ETH', 'SOL', 'HYPE', 'BNB', 'kPEPE', 'DOGE', 'XRP'].map((token) => ({
    venue: 'hyperliquid/perps',
    token,
    timeframe: '1m',
    allocationUsd: 1_000,
  })),
  majors: { venue: 'hyperliquid/perps' },
  // Late trades of a clock that runs 30 times faster: 10 s are a third of a second here.
  bars: { graceMs: 10_000 },
})
