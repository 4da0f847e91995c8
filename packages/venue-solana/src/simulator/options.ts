import type { Address } from '@solana/kit'
import { address, isAddress } from '@solana/kit'
import { z } from 'zod'
import { USDC_MINT } from '../endpoints.ts'
import { FAULT_RATES_SCHEMA } from './faults/fault.ts'

const NODE = z.strictObject({
  /** Slots behind the chain. */
  lagSlots: z.int().min(0).default(0),
})

const ADDRESS: z.ZodType<Address, string> = z
  .string()
  .refine((text) => isAddress(text), 'must be a Solana address')
  .transform((text) => address(text))

/** Options of `portolan simulate solana` and of a config's simulator entry. */
export const SIMULATOR_OPTIONS = z.strictObject({
  /** The same seed makes the same market. */
  seed: z.union([z.string(), z.int()]).default('portolan').transform(String),
  /** ms of simulated time per slot. */
  slotMs: z.int().min(10).max(10_000).default(400),
  /** RPC nodes on the one chain, at `/node/0`, `/node/1`, ...; the first also at `/`. */
  nodes: z
    .array(NODE)
    .min(1)
    .max(8)
    .default([{ lagSlots: 0 }, { lagSlots: 2 }]),
  /**
   * Addresses that are given money when the chain is new, in whole units. `first-sight`: whoever asks for the SOL of an address that is not on the
   * chain finds 10 SOL and 10,000 USDC there some slots later, which suits a wallet whose key is made on the spot.
   */
  fund: z
    .union([
      z.literal('first-sight'),
      z.record(ADDRESS, z.strictObject({ sol: z.number().nonnegative(), usdc: z.number().nonnegative() })),
    ])
    .default({}),
  /** Where USDC stands: by default at the address it has on mainnet. */
  usdcMint: ADDRESS.default(address(USDC_MINT)),
  /** The services' rate limits, counted in simulated time, or none. */
  limits: z.enum(['venue', 'off']).default('venue'),
  /** How often each kind of fault strikes by itself, 0 to 1. */
  faults: FAULT_RATES_SCHEMA.default({}),
})

export type SimulatorOptions = z.output<typeof SIMULATOR_OPTIONS>
/** The options as a user writes them. */
export type SimulatorOptionsInput = z.input<typeof SIMULATOR_OPTIONS>
