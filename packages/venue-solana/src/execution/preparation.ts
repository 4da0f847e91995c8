import type { Urgency } from '@portolan/core'
import { VenueError } from '@portolan/core'
import type { Holdings } from '../account/holdings.ts'
import { movableUnitsOf, readHoldings } from '../account/holdings.ts'
import type { SolanaRpc } from '../rpc/solana-rpc.ts'
import type { SwapInstruction } from '../transaction/jupiter-instruction.ts'
import type { LookupTables } from '../transaction/lookup-tables.ts'
import { ASSOCIATED_TOKEN_PROGRAM } from '../transaction/program-addresses.ts'
import { fromUnits } from '../transaction/token.ts'
import { explainFailure } from '../transaction/transaction-failure.ts'
import type { SwapMandate } from '../transaction/verify-instructions.ts'
import { WRAPPED_SOL } from '../transaction/wallet-change.ts'
import type { ExecutionOptions } from './execution-options.ts'
import type { SolReserve } from './sol-reserve.ts'
import type { SwapEffect } from './swap-effect.ts'
import { checkEffect } from './swap-effect.ts'
import type { SwapRequest } from './swap-request.ts'
import type { SwapRouter } from './swap-router.ts'
import type { SwapAccounts } from './wallet-accounts.ts'

/** What every way of preparing a swap needs. */
export interface PreparationParts {
  readonly options: ExecutionOptions
  readonly rpc: SolanaRpc
  readonly router: SwapRouter
  readonly tables: LookupTables
  readonly reserve: SolReserve
}

/** One swap on its way to a signature. */
export interface Preparation {
  readonly request: SwapRequest
  readonly wallet: string
  readonly urgency: Urgency
  /** Tells its transaction from that of another intent. */
  readonly mark: number
  readonly holdings: Holdings
  readonly accounts: SwapAccounts
  readonly call: { readonly signal: AbortSignal; readonly priority: 'exit' | 'normal' }
}

/** A verified message that may be signed. */
export interface ReadySwap {
  /** What is to be signed; with another number another message that does the same, or `null` where there is but one. */
  readonly message: (variant: number) => Uint8Array | null
  readonly blockhash: string
  readonly lastValidBlockHeight: number
  /** A slot before which it cannot land. */
  readonly slot: number
  /** Of Jupiter's `/order`; `null` for one that is assembled here. */
  readonly requestId: string | null
}

/** @throws {VenueError} `refused`, reason insufficient-funds. */
export function checkFunds({ request, holdings }: Preparation, { reserve, options }: PreparationParts): void {
  reserve.check(request.side, holdings.lamports)
  const { input, amountIn } = request
  const held = movableUnitsOf(holdings, input.mint, options.sol)
  if (held >= amountIn) return
  const amounts = `${fromUnits(held, input.decimals)} of ${fromUnits(amountIn, input.decimals)}`
  throw new VenueError('refused', `insufficient-funds: the wallet holds ${amounts} ${input.mint} that the swap needs`)
}

/** What the transaction may do. */
export function mandateOf(
  { request, wallet, holdings, accounts }: Preparation,
  options: ExecutionOptions,
): SwapMandate {
  const own = new Set([accounts.input, accounts.output, accounts.wrapped])
  const others = holdings.accounts.map(({ address }) => address).filter((address) => !own.has(address))
  return {
    wallet,
    amountIn: request.amountIn,
    minimumOut: request.minimumOut,
    otherAccounts: new Set(others),
    wrappedAccount: accounts.wrapped,
    wrapLamports: request.input.mint === WRAPPED_SOL && options.sol === 'native' ? request.amountIn : 0n,
    tipLamports: BigInt(options.tipLamports),
    extraPrograms: new Set(options.extraPrograms),
  }
}

/** A simulated run that did what was asked. */
export interface Simulated extends SwapEffect {
  readonly unitsConsumed: bigint
}

/** Simulations of one transaction: another swap of the wallet may land between a reading of it and the simulation. */
const ATTEMPTS = 3

/**
 * Simulates a transaction and checks what it would do to the wallet.
 * @param cost lamports that fees and tip may take.
 * @throws {VenueError} `refused` with the decoded reason.
 */
export async function simulateSwap(
  parts: PreparationParts,
  preparation: Preparation,
  wire: string,
  instructions: readonly SwapInstruction[],
  cost: bigint,
): Promise<Simulated> {
  const { wallet, call, request } = preparation
  let before = preparation.holdings
  for (let attempt = 1; ; attempt += 1) {
    const { after, unitsConsumed } = await run(parts.rpc, preparation, wire, instructions)
    try {
      const effect = checkEffect(request, { wallet, before, after, sol: parts.options.sol }, cost)
      return { ...effect, unitsConsumed }
    } catch (error) {
      if (attempt === ATTEMPTS) throw error
      before = await readHoldings(parts.rpc, wallet, call)
    }
  }
}

async function run(rpc: SolanaRpc, preparation: Preparation, wire: string, instructions: readonly SwapInstruction[]) {
  const { wallet, accounts, call } = preparation
  const { input, output, wrapped, gathered } = accounts
  const addresses = [...new Set([wallet, input, output, wrapped, ...gathered, ...created(instructions)])]
  const { value } = await rpc.simulate(wire, addresses, call)
  if (value.err !== null) {
    const { reason, message } = explainFailure(value.err, value.logs ?? [])
    throw new VenueError('refused', `${reason}: the simulation of the swap fails: ${message}; it was not signed`)
  }
  const states = value.accounts ?? []
  const { unitsConsumed } = value
  if (states.length !== addresses.length || unitsConsumed === null || unitsConsumed === undefined) {
    throw new VenueError('malformed-answer', 'the RPC endpoint does not tell what a simulated transaction changes')
  }
  return { after: new Map(addresses.map((address, index) => [address, states[index] ?? null])), unitsConsumed }
}

/** Token accounts that the transaction makes if they are not there. */
function created(instructions: readonly SwapInstruction[]): readonly string[] {
  return instructions.flatMap(({ programAddress, accounts: [, account] }) =>
    programAddress === ASSOCIATED_TOKEN_PROGRAM && account !== undefined ? [account.address] : [],
  )
}
