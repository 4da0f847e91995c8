import { defineConfig } from '@portolan/runner'

const PERPS = [
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

/** Tokens of the simulated Solana, by their mints. */
const MINTS = {
  SOL: 'So11111111111111111111111111111111111111112',
  ATLAS: '7MdDkQbtv4cmsHsWZ95jGnko2aRPGvK1SwoFSNqPM3P8',
  BRISA: '7CrCcLrVKdmXvRcaDE2oAEm7wwmtyqa5yWRKNzHYYR2G',
  CARAVEL: 'HqRTzq9P5p33Y7xX8PqA8rWJkEbkHg7NaMikyYhAYmDe',
  DUCAT: '4p36RsAeGbsDGY6tuSVDFmjhAEj9WZgbWiq2WbX6fkqS',
  ENSIGN: 'CwiMSCDai9odoaqqtCbKgKzUv9cHUSdDcffQaas2qTe1',
}

/**
 * The first voyage: a simulated Hyperliquid and a simulated Solana on this machine, one clock faster than time, no money. One loop trades both.
 * A line away lie the real ones: take a `simulator` block out and say in `options` which network to trade on, and for Solana which tokens.
 */
export default defineConfig({
  mode: 'live',
  store: { directory: '.portolan/db' },
  venues: [
    { use: 'hyperliquid', simulator: { speed: 60, seed: 7 } },
    // Slots of 2 s, so that a transaction's 150 slots are 5 s of the wall clock.
    { use: 'solana', simulator: { speed: 60, seed: 7, slotMs: 2_000, fund: 'first-sight' } },
  ],
  positions: [
    ...PERPS.map((token) => ({ venue: 'hyperliquid/perps', token })),
    ...Object.values(MINTS).map((token) => ({ venue: 'solana/onchain_crypto', token })),
  ].map((position) => ({ ...position, timeframe: '1m', allocationUsd: 1_000 })),
  majors: { venue: 'hyperliquid/perps' },
  // On a clock that runs 60 times faster 20 s are a third of a second.
  bars: { graceMs: 20_000, historyBars: 500 },
})
