import type { UserSignedType } from '../../signing/index.ts'
import { USER_SIGNED_TYPES } from '../../signing/index.ts'

const chain = { name: 'hyperliquidChain', type: 'string' } as const
const user = { name: 'user', type: 'address' } as const
const nonce = { name: 'nonce', type: 'uint64' } as const

/** Settings of an account that its owner signs and that the adapter never sends. Source: `hyperliquid-python-sdk` `signing.py`. */
const SETTINGS: Readonly<Record<string, UserSignedType>> = {
  userDexAbstraction: {
    primaryType: 'HyperliquidTransaction:UserDexAbstraction',
    fields: [chain, user, { name: 'enabled', type: 'bool' }, nonce],
  },
  userSetAbstraction: {
    primaryType: 'HyperliquidTransaction:UserSetAbstraction',
    fields: [chain, user, { name: 'abstraction', type: 'string' }, nonce],
  },
}

/** The type that a user-signed action is signed as; `undefined` for an action that is not signed by its fields. */
export function userSignedType(action: string): UserSignedType | undefined {
  const known: Readonly<Record<string, UserSignedType>> = { ...USER_SIGNED_TYPES, ...SETTINGS }
  return Object.hasOwn(known, action) ? known[action] : undefined
}
