import type { Address } from '@solana/kit'
import { associatedAccount, keyOf, WRAPPED_SOL } from '../../src/simulator/chain/addresses.ts'
import type { World } from './simulated-venue.ts'

const AMOUNT = 64

/** Puts a part (base units) of what the wallet holds of a token into a second token account of its own; with all of it the first one is closed. */
export function spreadBalance(world: World, symbol: string, units: bigint): void {
  const { chain } = world.chain.world
  const mint = world.mint(symbol) as string as Address
  const program = chain.read(mint)?.owner
  if (program === undefined) throw new Error(`no mint of ${symbol}`)
  const from = associatedAccount(world.wallet, mint, program)
  const state = chain.read(from)
  if (state === undefined) throw new Error(`the wallet holds no ${symbol}`)
  const held = new DataView(Uint8Array.from(state.data).buffer).getBigUint64(AMOUNT, true)
  const holding = (amount: bigint) => {
    const data = Uint8Array.from(state.data)
    new DataView(data.buffer).setBigUint64(AMOUNT, amount, true)
    // Wrapped SOL is the lamports of its account.
    const lamports = mint === WRAPPED_SOL ? state.lamports - held + amount : state.lamports
    return { ...state, lamports, data }
  }
  const isClosed = units === held
  chain.overwrite(from, isClosed ? { ...state, lamports: 0n, data: new Uint8Array() } : holding(held - units))
  chain.overwrite(keyOf('second account', symbol, world.wallet).address, holding(units))
}
