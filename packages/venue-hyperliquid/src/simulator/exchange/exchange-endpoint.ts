import type { ActionValue } from '../../signing/index.ts'
import type { EngineCore } from '../engine/core.ts'
import type { AccountAccess } from './account-access.ts'
import type { AddressBudget } from './address-budget.ts'
import type { Answer } from './answer.ts'
import { refused } from './answer.ts'
import type { Envelope } from './envelope.ts'
import type { SignatureNetwork } from './identify-signer.ts'
import { identifySigner } from './identify-signer.ts'
import type { Nonces } from './nonces.ts'
import { runAction } from './run-action.ts'
import { userSignedAction } from './transfer-actions.ts'
import type { WireAction } from './wire-action.ts'

export interface ExchangeParts {
  readonly core: EngineCore
  readonly access: AccountAccess
  readonly nonces: Nonces
  readonly budget: AddressBudget
  readonly network: SignatureNetwork
  /** The wall clock, beside the simulated one. */
  readonly wallNow: () => number
}

/** Answers one signed request: who signed, is it in time, is its nonce new, then does it. */
export function answerExchange(parts: ExchangeParts, envelope: Envelope): Answer {
  const { core, access, nonces, budget } = parts
  const identity = identifySigner(access, envelope, parts.network, core.now)
  if (identity.error !== undefined) return refused(identity.error)
  const { action } = envelope
  const { account } = identity
  if (envelope.expiresAfter !== null && envelope.expiresAfter < core.now) {
    budget.penalise(account, batchSize(action.normalised))
    return refused('Action already expired')
  }
  const nonceRefusal = nonces.spend(identity.signer, envelope.nonce, [core.now, parts.wallNow()])
  if (nonceRefusal !== undefined) return refused(nonceRefusal)
  // Whoever has used up the budget must be able to buy more of it.
  const units = action.type === 'reserveRequestWeight' ? 0 : batchSize(action.normalised)
  const budgetRefusal = budget.spend(account, units, action.type.startsWith('cancel'), core.now)
  if (budgetRefusal !== undefined) return refused(budgetRefusal)
  if (action.signing === 'user') return userSignedAction(core, access, account, action)
  return runAction(core, access, account, asWireAction(action.normalised))
}

/** Orders, cancels or modifies in an action; 1 for any other. */
export function batchSize(normalised: { readonly [key: string]: ActionValue }): number {
  const batch = normalised.orders ?? normalised.cancels ?? normalised.modifies
  return Array.isArray(batch) ? Math.max(1, batch.length) : 1
}

// The codecs have read every field by now; their output types are not tracked through the generic encoder value.
function asWireAction(normalised: { readonly [key: string]: ActionValue }): WireAction {
  return normalised as unknown as WireAction
}
