import { Decimal } from 'decimal.js'
import type { Account } from '../engine/account.ts'
import { addCash, addSpot, spotHold, spotTotal } from '../engine/collateral.ts'
import type { EngineCore } from '../engine/core.ts'
import { decimalText } from '../engine/decimal-text.ts'
import type { LedgerUpdate } from '../engine/ledger.ts'
import { accountMargin } from '../engine/margin.ts'
import { restingMargin } from '../engine/order-rules.ts'
import { BUILDER_DEXES } from '../market/builder-dexes.ts'
import { SPOT_TOKENS } from '../market/spot-universe.ts'
import type { Answer } from './answer.ts'
import { DONE, refused } from './answer.ts'

/** Where money lies: in the clearinghouse of a dex ('' is the venue's own), or `spot`. */
export interface Pocket {
  readonly account: Account
  readonly place: string
}

/** Moves money that is not tied up. `to` undefined: it leaves the venue. Each side's ledger gets `delta`. */
export function transfer(
  core: EngineCore,
  from: Pocket,
  to: Pocket | undefined,
  what: { readonly token: string; readonly amount: Decimal; readonly delta: LedgerUpdate['delta'] },
): Answer {
  const { token, amount } = what
  if (!holds(from, token) || (to !== undefined && !holds(to, token))) return refused(`Invalid token ${token}.`)
  if (!amount.gt(0) || amount.gt(available(core, from, token))) {
    return refused(from.place === 'spot' ? 'Insufficient spot balance.' : 'Insufficient balance for withdrawal.')
  }
  put(from, token, amount.neg())
  if (to !== undefined) put(to, token, amount)
  const update = { time: core.now, hash: core.nextHash(), delta: what.delta }
  for (const account of new Set([from.account, to?.account])) if (account !== undefined) note(core, account, update)
  return DONE
}

/** USDC between the venue's own clearinghouses. */
export function transferUsd(
  core: EngineCore,
  from: Account,
  to: Account | undefined,
  amount: Decimal,
  delta: LedgerUpdate['delta'],
): Answer {
  const target = to === undefined ? undefined : { account: to, place: '' }
  return transfer(core, { account: from, place: '' }, target, { token: 'USDC', amount, delta })
}

export function note(core: EngineCore, account: Account, update: LedgerUpdate): void {
  account.ledger.push(update)
  core.emit({ kind: 'ledger', account, update })
}

/** `USDC` of `USDC:0x...`; `undefined` when there is no such token. */
export function tokenOf(text: string): string | undefined {
  const [name = ''] = text.split(':')
  return SPOT_TOKENS.some((token) => token.name === name) ? name : undefined
}

function holds({ place }: Pocket, token: string): boolean {
  if (place === 'spot') return true
  if (place === '') return token === 'USDC'
  return BUILDER_DEXES.find(({ name }) => name === place)?.collateral === token
}

function available(core: EngineCore, { account, place }: Pocket, token: string): Decimal {
  if (place === 'spot') return spotTotal(account, token).minus(spotHold(account, token, (coin) => core.spotPair(coin)))
  return accountMargin(account, core, place).withdrawable.minus(restingMargin(core, account, place))
}

function put({ account, place }: Pocket, token: string, amount: Decimal): void {
  if (place !== 'spot') addCash(account, place, amount)
  else addSpot(account, token, amount, token.startsWith('USD') ? amount : new Decimal(0))
}

/** An amount of a request; zero when it is none. */
export function amountOf(value: unknown): Decimal {
  try {
    return typeof value === 'string' || typeof value === 'number' ? new Decimal(value) : new Decimal(0)
  } catch {
    return new Decimal(0)
  }
}

/** USD that came as millionths. */
export function fromMicros(usd: number): Decimal {
  return new Decimal(usd).div(1_000_000)
}

export function usdText(amount: Decimal): string {
  return decimalText(amount, 6)
}
