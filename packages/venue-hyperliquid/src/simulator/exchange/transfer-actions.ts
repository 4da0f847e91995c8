import { Decimal } from 'decimal.js'
import type { Account } from '../engine/account.ts'
import type { EngineCore } from '../engine/core.ts'
import type { AccountAccess } from './account-access.ts'
import { moveCash } from './account-actions.ts'
import type { KnownAction } from './actions.ts'
import { approveAgent } from './agent-actions.ts'
import type { Answer } from './answer.ts'
import { DONE, refused } from './answer.ts'
import { textOr } from './codec.ts'

/** Runs a user-signed action: agents and transfers. Spot balances are not simulated. */
export function userSignedAction(
  core: EngineCore,
  access: AccountAccess,
  account: Account,
  { type, sent }: KnownAction,
): Answer {
  switch (type) {
    case 'approveAgent':
      return approveAgent(core, account, sent)
    case 'approveBuilderFee':
      return DONE
    case 'usdSend':
      return moveCash(core, account, access.mention(textOr(sent.destination, '')), amountOf(sent.amount))
    case 'withdraw3':
      return moveCash(core, account, undefined, amountOf(sent.amount))
    default:
      return refused('Insufficient spot balance.')
  }
}

function amountOf(value: unknown): Decimal {
  try {
    return new Decimal(textOr(value, '0'))
  } catch {
    return new Decimal(0)
  }
}
