import { defineConfig } from '@portolan/runner'

/** Simulated venues from packages, and one from a folder beside this file. */
export default defineConfig({
  mode: 'live',
  store: { directory: 'db' },
  log: { level: 'warn' },
  venues: [
    { use: 'hyperliquid', simulator: { seed: 7 } },
    { use: 'solana', simulator: { seed: 7, fund: 'first-sight' } },
    { use: './venue-minimal/index.ts' },
  ],
  positions: [
    { venue: 'hyperliquid/perps', token: 'BTC', timeframe: '1m', allocationUsd: 1_000 },
    {
      venue: 'solana/onchain_crypto',
      token: '7MdDkQbtv4cmsHsWZ95jGnko2aRPGvK1SwoFSNqPM3P8',
      timeframe: '1m',
      allocationUsd: 1_000,
    },
    { venue: 'minimal/spot', token: 'COIN', timeframe: '1m', allocationUsd: '1000' },
  ],
  pm: { fixedA: 0.5, fixedE: 0.5 },
})
