import { Decimal } from 'decimal.js'
import { z } from 'zod'
import type { Account } from '../engine/account.ts'
import { addCash, addSpot } from '../engine/collateral.ts'
import type { EngineCore } from '../engine/core.ts'
import type { AccountAccess } from '../exchange/account-access.ts'
import { openOwned } from '../exchange/owned-account-actions.ts'
import { amountOf, note, usdText } from '../exchange/transfers.ts'
import { isDex } from '../info/info-context.ts'
import { SPOT_TOKENS } from '../market/spot-universe.ts'

const ADDRESS = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/)
  .transform((text) => text.toLowerCase())

/** Opens or changes an account as nobody could at the venue. */
export const accountWish = z.strictObject({
  user: ADDRESS,
  /** Instead of this account: a new one that it signs for. */
  owned: z.strictObject({ kind: z.enum(['sub-account', 'vault']), name: z.string() }).optional(),
  /** USD added to (negative: taken from) the perps balance. */
  depositUsd: z.number().optional(),
  /** Collateral added by builder's dex. */
  depositDex: z.record(z.string().refine(isDex, 'no such dex'), z.number()).optional(),
  /** Amounts added by spot token. */
  depositSpot: z
    .record(
      z.string().refine((name) => SPOT_TOKENS.some((token) => token.name === name), 'no such token'),
      z.number(),
    )
    .optional(),
  /** USD traded since inception: allows timed cancels, sub-accounts, more requests. */
  volumeUsd: z.number().nonnegative().optional(),
  /** Actions counted against the address budget. */
  requests: z.int().nonnegative().optional(),
})

/** Carries a wish out; the account it is about. `undefined`: no such account, and none may be opened. */
export function changeAccount(
  core: EngineCore,
  access: AccountAccess,
  wish: z.output<typeof accountWish>,
): Account | undefined {
  const named = access.mention(wish.user) ?? access.grant(wish.user)
  if (named === undefined) return undefined
  const { owned } = wish
  const account =
    owned === undefined ? named : openOwned(core, named, { name: owned.name, isVault: owned.kind === 'vault' })
  if (wish.depositUsd !== undefined) {
    const amount = new Decimal(wish.depositUsd)
    addCash(account, '', amount)
    const type = amount.isNegative() ? 'withdraw' : 'deposit'
    note(core, account, { time: core.now, hash: core.nextHash(), delta: { type, usdc: usdText(amount.abs()) } })
  }
  for (const [dex, amount] of Object.entries(wish.depositDex ?? {})) addCash(account, dex, amountOf(amount))
  for (const [token, amount] of Object.entries(wish.depositSpot ?? {})) addSpot(account, token, amountOf(amount))
  if (wish.volumeUsd !== undefined) account.volume = new Decimal(wish.volumeUsd)
  if (wish.requests !== undefined) account.requests = wish.requests
  return account
}
