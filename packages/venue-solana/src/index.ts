/**
 * Spot swaps on Solana for Portolan (`solana/onchain_crypto`).
 * @module
 */
import { defineVenue } from '@portolan/core'
import { SolanaVenue } from './adapter/solana-venue.ts'
import { solanaOptions } from './options.ts'

export default defineVenue({
  name: 'solana',
  contract: 1,
  key: { tokenChain: 'solana', bookId: 'onchain_crypto' },
  capabilities: {
    history: ['1m', '5m', '15m', '1h', '4h', '1d'],
    signature: 'ed25519',
    simulator: true,
  },
  options: solanaOptions,
  // The options refuse every address but loopback for the simulator.
  network: ({ network }) => ({ name: network, simulated: network === 'simulator' }),
  create: (context) => new SolanaVenue(context),
})

export type { SolanaOptions } from './options.ts'
