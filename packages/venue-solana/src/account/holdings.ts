import type { RpcCall } from '../rpc/rpc-endpoint.ts'
import type { SolanaRpc } from '../rpc/solana-rpc.ts'
import { TOKEN_2022_PROGRAM, TOKEN_PROGRAM } from '../transaction/program-addresses.ts'
import type { TokenAccount } from '../transaction/token-account.ts'
import { readTokenAccount } from '../transaction/token-account.ts'
import { WRAPPED_SOL } from '../transaction/wallet-change.ts'

/** One token account of the wallet. */
export interface HeldAccount extends TokenAccount {
  readonly address: string
  /** The token program that owns it. */
  readonly program: string
  readonly lamports: bigint
}

/** Everything a wallet holds at one time. */
export interface Holdings {
  /** Lamports of the wallet itself. */
  readonly lamports: bigint
  readonly accounts: readonly HeldAccount[]
}

/** Reads the wallet and its token accounts of both token programs. @throws {VenueError} */
export async function readHoldings(rpc: SolanaRpc, wallet: string, call: RpcCall): Promise<Holdings> {
  const [balance, ...programs] = await Promise.all([
    rpc.balance(wallet, call),
    ...[TOKEN_PROGRAM, TOKEN_2022_PROGRAM].map(async (program) => {
      const { value } = await rpc.tokenAccounts(wallet, program, call)
      return value.flatMap(({ pubkey, account }): HeldAccount[] => {
        const token = readTokenAccount(account.data)
        if (token === null || token.owner !== wallet) return []
        return [{ ...token, address: pubkey, program, lamports: account.lamports }]
      })
    }),
  ])
  return { lamports: balance.value, accounts: programs.flat() }
}

/** How SOL is held as a position: see the option `execution.sol`. */
export type SolForm = 'wrapped' | 'native'

/** Base units of a mint, over all accounts. */
export function unitsOf({ accounts, lamports }: Holdings, mint: string, sol: SolForm): bigint {
  const units = accounts.reduce((sum, account) => (account.mint === mint ? sum + account.amount : sum), 0n)
  return mint === WRAPPED_SOL && sol === 'native' ? units + lamports : units
}

/** {@link unitsOf} without what is frozen. */
export function movableUnitsOf({ accounts, lamports }: Holdings, mint: string, sol: SolForm): bigint {
  return unitsOf({ lamports, accounts: accounts.filter(({ frozen }) => !frozen) }, mint, sol)
}
