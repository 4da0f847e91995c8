import { defineVenue } from '@portolan/core'
import { z } from 'zod'
import { MinimalVenue } from './minimal-venue.ts'

/** The smallest complete venue: one made-up market that lives in memory. Copy this folder to begin your own. */
export default defineVenue({
  name: 'minimal',
  contract: 1,
  key: { tokenChain: 'minimal', bookId: 'spot' },
  capabilities: { history: ['1m', '5m', '15m', '1h', '4h', '1d'] },
  options: z.object({
    /** Price at the epoch, USD. */
    price: z.number().positive().default(100),
    /** ms between two trades. */
    tradeEveryMs: z.number().int().positive().default(1_000),
  }),
  // Nothing here reaches beyond this process.
  network: () => ({ name: 'in-memory', simulated: true }),
  create: (context) => new MinimalVenue(context),
})
