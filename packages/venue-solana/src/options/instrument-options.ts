import { z } from 'zod'

/** A Solana address: base58 of 32 bytes. */
export const MINT = z.string().regex(/^[1-9A-HJ-NP-Za-km-z]{32,44}$/, 'expected an address: base58 of 32 bytes')

/** A token to know, and what its prices come from. */
export const instrumentOptions = z
  .strictObject({
    /** The token's mint: the instrument's id, case-sensitive. */
    mint: MINT,
    /** Shown in the place of the symbol that Jupiter or the mint tells. */
    symbol: z.string().min(1).max(32).optional(),
    /** The pool whose bars are the history. Default: the token's first pool at GeckoTerminal, chosen once a run. */
    pool: MINT.optional(),
    /**
     * The two token accounts of a constant-product pool (in any order) whose balances are the price: one of the token, one of the quote mint or of another mint that
     * has a price (SOL). Not for concentrated or binned pools (CLMM, Whirlpool, DLMM): there the balances are no price.
     */
    vaults: z.tuple([MINT, MINT]).optional(),
    /**
     * What live bars are made of. `pool`: balances of the vaults, pushed as they change. `price`: Jupiter's price, polled. `auto`: `pool` where vaults are named, and
     * `price` while they cannot be watched.
     */
    source: z.enum(['auto', 'pool', 'price']).default('auto'),
    /** The rules of `risk` are not applied: a wrapped asset or a stablecoin whose issuer may mint and freeze. */
    trusted: z.boolean().default(false),
  })
  .refine(({ source, vaults }) => source !== 'pool' || vaults !== undefined, {
    path: ['vaults'],
    message: 'source "pool" needs the two vaults of the pool',
  })

/** An entry of `instruments`. */
export type InstrumentOptions = z.output<typeof instrumentOptions>
