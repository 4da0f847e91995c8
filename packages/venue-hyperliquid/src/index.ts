/**
 * Hyperliquid perpetuals for Portolan (`hyperliquid/perps`).
 * @module
 */
import { defineVenue } from '@portolan/core'
import { HyperliquidVenue } from './adapter/hyperliquid-venue.ts'
import { offlineInstruments } from './instruments/offline-instruments.ts'
import { hyperliquidOptions } from './options.ts'

export default defineVenue({
  name: 'hyperliquid',
  contract: 1,
  key: { tokenChain: 'hyperliquid', bookId: 'perps' },
  capabilities: {
    history: ['1m', '5m', '15m', '1h', '4h', '1d'],
    cancel: true,
    reduceOnly: true,
    leverage: true,
    signature: 'secp256k1',
    simulator: true,
  },
  options: hyperliquidOptions,
  // The options refuse every address but loopback for the simulator.
  network: ({ network }) => ({ name: network, simulated: network === 'simulator' }),
  offlineInstruments,
  create: (context) => new HyperliquidVenue(context),
})

export type { HyperliquidOptions } from './options.ts'
