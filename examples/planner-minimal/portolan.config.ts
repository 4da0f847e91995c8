import { defineConfig } from '@portolan/runner'
import planner from './src/planner.ts'

export default defineConfig({
  mode: 'paper',
  venues: [{ use: 'hyperliquid', options: { network: 'mainnet' } }],
  positions: [{ venue: 'hyperliquid/perps', token: 'BTC', timeframe: '1h', allocationUsd: 1000 }],
  // In a config that is no program: `planner: ./src/planner.ts`.
  pm: { planner },
})
