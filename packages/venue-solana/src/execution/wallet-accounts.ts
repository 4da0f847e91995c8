import { address } from '@solana/kit'
import { findAssociatedTokenPda } from '@solana-program/token'
import type { Holdings, SolForm } from '../account/holdings.ts'
import type { SwapInstruction } from '../transaction/jupiter-instruction.ts'
import { closeInstruction, createInstruction, transferInstruction } from '../transaction/own-instructions.ts'
import { TOKEN_PROGRAM } from '../transaction/program-addresses.ts'
import type { Token } from '../transaction/token.ts'
import { WRAPPED_SOL } from '../transaction/wallet-change.ts'
import type { SwapRequest } from './swap-request.ts'

/** The token accounts of the wallet that a swap has to do with. Routers use the associated ones alone. */
export interface SwapAccounts {
  readonly input: string
  readonly output: string
  readonly wrapped: string
  /** Moves what lies in other accounts of the input's mint into its associated one, as far as it is needed. */
  readonly gather: readonly SwapInstruction[]
  /** The accounts that {@link gather} draws from. */
  readonly gathered: readonly string[]
}

/** The associated token account of a wallet. */
async function associatedAccount(wallet: string, { mint, program }: Token): Promise<string> {
  const [account] = await findAssociatedTokenPda({
    owner: address(wallet),
    mint: address(mint),
    tokenProgram: address(program),
  })
  return account
}

/** Finds the accounts, and what must be moved before the swap can draw on its amount. */
export async function swapAccounts(
  request: SwapRequest,
  holdings: Holdings,
  wallet: string,
  sol: SolForm,
): Promise<SwapAccounts> {
  const [input, output, wrapped] = await Promise.all([
    associatedAccount(wallet, request.input),
    associatedAccount(wallet, request.output),
    associatedAccount(wallet, { mint: WRAPPED_SOL, decimals: 9, program: TOKEN_PROGRAM }),
  ])
  const moved =
    request.input.mint === WRAPPED_SOL && sol === 'native'
      ? unwrapping(request, holdings, wallet, wrapped)
      : gathering(request, holdings, wallet, input)
  return { input, output, wrapped, ...moved }
}

type Gathering = Pick<SwapAccounts, 'gather' | 'gathered'>

function gathering({ input, amountIn }: SwapRequest, { accounts }: Holdings, wallet: string, to: string): Gathering {
  const ours = accounts.filter(({ mint, frozen }) => mint === input.mint && !frozen)
  const associated = ours.find(({ address: at }) => at === to)
  let missing = amountIn - (associated?.amount ?? 0n)
  const others = ours.filter(({ address: at, amount }) => at !== to && amount > 0n)
  const gather: SwapInstruction[] = []
  const gathered: string[] = []
  // The fullest first: fewest instructions.
  for (const source of others.toSorted((a, b) => (a.amount > b.amount ? -1 : 1))) {
    if (missing <= 0n) break
    const amount = source.amount < missing ? source.amount : missing
    const { mint, decimals, program } = input
    gather.push(transferInstruction({ wallet, mint, decimals, program, from: source.address, to, amount }))
    gathered.push(source.address)
    missing -= amount
  }
  // Its owner may have closed the associated account and kept the others.
  const isThere = associated !== undefined || gather.length === 0
  return { gather: isThere ? gather : [createInstruction(to, wallet, input), ...gather], gathered }
}

/** SOL is wrapped from the wallet's own lamports: what is wrapped already is unwrapped first where they are too few. */
function unwrapping({ amountIn }: SwapRequest, holdings: Holdings, wallet: string, wrapped: string): Gathering {
  const own = holdings.accounts.find(({ address: at, amount }) => at === wrapped && amount > 0n)
  if (own === undefined || holdings.lamports > amountIn + own.lamports) return { gather: [], gathered: [] }
  return { gather: [closeInstruction(wrapped, wallet, TOKEN_PROGRAM)], gathered: [] }
}
