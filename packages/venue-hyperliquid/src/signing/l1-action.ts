import type { ActionEnvelope } from './action-hash.ts'
import { actionHash } from './action-hash.ts'
import type { ActionValue } from './msgpack.ts'
import { typedDataDigest } from './typed-data.ts'

/** What an L1 action is signed over beside its own bytes. */
export interface L1ActionContext extends ActionEnvelope {
  /** Signing source `a` for mainnet, `b` for testnet. A matter of the network, never of the URL. */
  readonly isMainnet: boolean
}

const DOMAIN = {
  name: 'Exchange',
  version: '1',
  chainId: 1337,
  verifyingContract: '0x0000000000000000000000000000000000000000',
} as const

/**
 * The digest that an agent (or the account itself) signs for orders, cancels, leverage and every other L1 action: the action's
 * hash as the `connectionId` of a phantom `Agent(string source,bytes32 connectionId)`.
 * The action must have the venue's key order, decimals without trailing zeros and lower-case addresses: the venue serialises
 * it again before it recovers the signer, so any other form makes it see a stranger.
 */
export function l1ActionDigest(action: ActionValue, context: L1ActionContext): Uint8Array {
  return phantomAgentDigest(actionHash(action, context), context.isMainnet)
}

/** {@link l1ActionDigest} from an action hash that is already known. */
export function phantomAgentDigest(connectionId: Uint8Array, isMainnet: boolean): Uint8Array {
  return typedDataDigest(
    DOMAIN,
    'Agent',
    [
      { name: 'source', type: 'string' },
      { name: 'connectionId', type: 'bytes32' },
    ],
    { source: isMainnet ? 'a' : 'b', connectionId },
  )
}
