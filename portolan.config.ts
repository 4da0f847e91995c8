import { defineConfig } from '@portolan/runner'

const TOKENS = [
  'BTC',
  'ETH',
  'SOL',
  'HYPE',
  'BNB',
  'XRP',
  'DOGE',
  'AVAX',
  'LINK',
  'SUI',
  'kPEPE',
  'WIF',
  'ARB',
  'TIA',
  'APT',
  'NEAR',
]

/**
 * The first voyage: a simulated Hyperliquid on this machine, a clock faster than time, no money.
 * A line away lie testnet and mainnet: take the `simulator` block out and set `options: { network: 'testnet' }`.
 */
export default defineConfig({
  mode: 'live',
  store: { directory: '.portolan/db' },
  venues: [{ use: 'hyperliquid', simulator: { speed: 60, seed: 7 } }],
  positions: TOKENS.map((token) => ({
    venue: 'hyperliquid/perps',
    token,
    timeframe: '1m',
    allocationUsd: 1_000,
  })),
  majors: { venue: 'hyperliquid/perps' },
  // On a clock that runs 60 times faster 20 s are a third of a second.
  bars: { graceMs: 20_000, historyBars: 500 },
})
