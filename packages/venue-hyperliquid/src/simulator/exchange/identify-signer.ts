import type { UserSignedAction } from '../../signing/index.ts'
import { encodeMsgpack, l1ActionDigest, recoverAddress, userSignedDigest } from '../../signing/index.ts'
import type { Account } from '../engine/account.ts'
import type { AccountAccess } from './account-access.ts'
import type { KnownAction } from './actions.ts'
import { dropExpiredAgents } from './agent-actions.ts'
import type { Json } from './codec.ts'
import { textOr } from './codec.ts'
import type { Envelope } from './envelope.ts'
import { userSignedType } from './user-signed-types.ts'

/** Which signing source is accepted. `any`: both, because clients with a custom URL cannot agree on which network that is. */
export type SignatureNetwork = 'mainnet' | 'testnet' | 'any'

/** For whom a request acts and who signed it, or the venue's refusal. */
export type Identity =
  | { readonly account: Account; readonly signer: string; readonly error?: undefined }
  | { readonly error: string }

/**
 * Recovers the signer over the action as the venue serialises it. Any difference from what was signed makes it recover somebody else,
 * and that somebody does not exist.
 */
export function identifySigner(
  access: AccountAccess,
  envelope: Envelope,
  network: SignatureNetwork,
  now: number,
): Identity {
  try {
    const found =
      envelope.action.signing === 'user' ? userSigner(access, envelope) : l1Signer(access, envelope, network, now)
    return 'error' in found || envelope.vaultAddress === null ? found : onBehalf(access, found, envelope.vaultAddress)
  } catch {
    return { error: 'Unable to recover signer.' }
  }
}

function l1Signer(access: AccountAccess, envelope: Envelope, network: SignatureNetwork, now: number): Identity {
  const candidates = (['mainnet', 'testnet'] as const)
    .filter((name) => network === 'any' || network === name)
    .map((name) => {
      const digest = l1ActionDigest(envelope.action.normalised, { ...envelope, isMainnet: name === 'mainnet' })
      return recoverAddress(digest, envelope.signature)
    })
  for (const signer of candidates) {
    const candidate = access.accounts.findAgent(signer)
    if (candidate !== undefined) dropExpiredAgents(candidate.account, now)
    const agent = access.accounts.findAgent(signer)
    if (agent !== undefined) return { account: agent.account, signer }
    const account = access.accounts.find(signer)
    if (account === undefined) continue
    access.accounts.settle(account, signer)
    return { account, signer }
  }
  for (const signer of candidates) {
    const former = access.accounts.findFormerAgent(signer)
    if (former === undefined) continue
    if (former.end === 'removed') return { error: `User or API Wallet ${signer} does not exist.` }
    return { error: `Must deposit before performing actions. User: ${former.account.address}` }
  }
  const [signer = ''] = candidates
  // Money is only given to those who at least signed what they sent: a wrong serialisation must fail as it does at the venue.
  const opened = isCanonical(envelope.action) ? access.open(candidates) : undefined
  if (opened === undefined) return { error: `User or API Wallet ${signer} does not exist.` }
  return { account: opened, signer }
}

function isCanonical({ sent, normalised }: KnownAction): boolean {
  try {
    // Whatever JSON holds is an action value; fractions are refused by the encoder.
    const bytes = encodeMsgpack(sent as Parameters<typeof encodeMsgpack>[0])
    return Buffer.from(bytes).equals(encodeMsgpack(normalised))
  } catch {
    return false
  }
}

function userSigner(access: AccountAccess, envelope: Envelope): Identity {
  const { type, sent } = envelope.action
  const signedType = userSignedType(type)
  if (signedType === undefined) return { error: 'Unable to recover signer.' }
  const signer = recoverAddress(userSignedDigest(signedBody(type, sent), signedType), envelope.signature)
  const isAgent = access.accounts.findAgent(signer) !== undefined
  const account = isAgent ? undefined : access.mention(signer)
  if (account === undefined) return { error: `Must deposit before performing actions. User: ${signer}` }
  return { account, signer }
}

/** An unnamed agent is signed with the empty name that its body leaves out; addresses are signed as bytes, so their case is free. */
function signedBody(type: string, sent: Json): UserSignedAction {
  const name = type === 'approveAgent' ? { agentName: sent.agentName ?? '' } : {}
  return { ...sent, ...name, signatureChainId: textOr(sent.signatureChainId, '') }
}

function onBehalf(access: AccountAccess, found: { account: Account; signer: string }, vault: string): Identity {
  const account = access.accounts.find(vault)
  if (account === undefined || account.master !== found.account.address) {
    return { error: `Vault not registered: ${vault}` }
  }
  return { account, signer: found.signer }
}
