import { VenueError } from '@portolan/core'
import type { HeldAccount, Holdings, SolForm } from '../account/holdings.ts'
import type { ChainAccount } from '../rpc/rpc-shapes.ts'
import { readTokenAccount } from '../transaction/token-account.ts'
import { WRAPPED_SOL } from '../transaction/wallet-change.ts'
import type { SwapRequest } from './swap-request.ts'

/** Accounts of the wallet before and after a simulated swap. */
export interface SimulatedChange {
  readonly wallet: string
  readonly before: Holdings
  readonly sol: SolForm
  /** The wallet and the token accounts that the swap may touch, as they would be; `null` where there is none. */
  readonly after: ReadonlyMap<string, ChainAccount | null>
}

export interface SwapEffect {
  /** Base units that would arrive. */
  readonly received: bigint
  /** Lamports that the wallet would have. */
  readonly lamports: bigint
}

/**
 * Lamports that a route may cost beyond amount, fees and tip: rent of accounts that a pool keeps for its users. Rent of the wallet's own new token
 * accounts stays the wallet's and is not counted.
 */
const OTHER_RENT = 10_000_000n

/**
 * Holds a simulated swap against what was asked: no more than the amount leaves, no less than the minimum arrives, the token accounts stay the wallet's
 * alone, and SOL goes for nothing but fees.
 * @param cost lamports that fees and tip may take.
 * @throws {VenueError} `refused`; nothing has been signed.
 */
export function checkEffect(
  request: SwapRequest,
  { wallet, before, after, sol }: SimulatedChange,
  cost: bigint,
): SwapEffect {
  const held = new Map(before.accounts.map((account) => [account.address, account]))
  const change = new Map<string, bigint>()
  let lamports = -before.lamports
  for (const [address, account] of after) {
    lamports += account?.lamports ?? 0n
    if (address === wallet) continue
    const known = held.get(address)
    lamports -= known?.lamports ?? 0n
    if (known === undefined && account === null) continue
    const { mint, amount } = tokenAfter(address, account, known, wallet)
    change.set(mint, (change.get(mint) ?? 0n) + amount - (known?.amount ?? 0n))
  }
  const isNative = (mint: string) => mint === WRAPPED_SOL && sol === 'native'
  const solIn = isNative(request.input.mint)
  const solOut = isNative(request.output.mint)
  // Wrapped SOL is the lamports of its account: they are the swap, not its cost.
  if (!solIn && !solOut) lamports -= change.get(WRAPPED_SOL) ?? 0n
  const spent = solIn ? -lamports : -(change.get(request.input.mint) ?? 0n)
  if (spent > request.amountIn + (solIn ? cost + OTHER_RENT : 0n)) {
    refuse(`it would spend ${spent} base units of ${request.input.mint}, ${request.amountIn} were asked for`)
  }
  // SOL that arrives comes less the fees: what the program enforces is the amount before them.
  const received = solOut ? lamports + cost : (change.get(request.output.mint) ?? 0n)
  if (received < request.minimumOut) {
    refuse(
      `${received} base units of ${request.output.mint} would arrive, ${request.minimumOut} are demanded`,
      'slippage',
    )
  }
  if (!solIn && -lamports > cost + OTHER_RENT) refuse(`it would cost ${-lamports} lamports`)
  return { received, lamports: after.get(wallet)?.lamports ?? 0n }
}

function tokenAfter(address: string, account: ChainAccount | null, known: HeldAccount | undefined, wallet: string) {
  const token = account === null ? null : readTokenAccount(account.data)
  if (token === null) return { mint: known?.mint ?? '', amount: 0n }
  if (token.owner !== wallet || (token.delegated && known?.delegated !== true) || token.closableByOthers) {
    refuse(`${address} would be in the power of somebody else`)
  }
  return token
}

function refuse(what: string, reason = 'other'): never {
  throw new VenueError(
    'refused',
    `${reason}: the simulated transaction does not do what was asked: ${what}; it was not signed`,
  )
}
