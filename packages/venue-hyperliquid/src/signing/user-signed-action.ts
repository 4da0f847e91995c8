import type { TypedField } from './typed-data.ts'
import { typedDataDigest } from './typed-data.ts'

/** An action that an account signs readably in its wallet instead of through the msgpack hash. */
export interface UserSignedAction {
  /** The wallet's chain as hex (`0x66eee` in SDKs): any chain is accepted, it only goes into the domain. */
  readonly signatureChainId: string
  readonly [key: string]: unknown
}

/** Name and fields of a user-signed message. */
export interface UserSignedType {
  readonly primaryType: string
  readonly fields: readonly TypedField[]
}

const chain = { name: 'hyperliquidChain', type: 'string' } as const
const text = (name: string): TypedField => ({ name, type: 'string' })
const account = (name: string): TypedField => ({ name, type: 'address' })
const flag = (name: string): TypedField => ({ name, type: 'bool' })
const wei = { name: 'wei', type: 'uint64' } as const
const stamp = (name: 'time' | 'nonce'): TypedField => ({ name, type: 'uint64' })

/** The user-signed actions by their `type`. Source: `hyperliquid-python-sdk` `signing.py`. */
export const USER_SIGNED_TYPES = {
  approveAgent: {
    primaryType: 'HyperliquidTransaction:ApproveAgent',
    fields: [chain, { name: 'agentAddress', type: 'address' }, text('agentName'), stamp('nonce')],
  },
  approveBuilderFee: {
    primaryType: 'HyperliquidTransaction:ApproveBuilderFee',
    fields: [chain, text('maxFeeRate'), { name: 'builder', type: 'address' }, stamp('nonce')],
  },
  usdSend: {
    primaryType: 'HyperliquidTransaction:UsdSend',
    fields: [chain, text('destination'), text('amount'), stamp('time')],
  },
  withdraw3: {
    primaryType: 'HyperliquidTransaction:Withdraw',
    fields: [chain, text('destination'), text('amount'), stamp('time')],
  },
  spotSend: {
    primaryType: 'HyperliquidTransaction:SpotSend',
    fields: [chain, text('destination'), text('token'), text('amount'), stamp('time')],
  },
  usdClassTransfer: {
    primaryType: 'HyperliquidTransaction:UsdClassTransfer',
    fields: [chain, text('amount'), { name: 'toPerp', type: 'bool' }, stamp('nonce')],
  },
  sendAsset: {
    primaryType: 'HyperliquidTransaction:SendAsset',
    fields: [
      chain,
      text('destination'),
      text('sourceDex'),
      text('destinationDex'),
      text('token'),
      text('amount'),
      text('fromSubAccount'),
      stamp('nonce'),
    ],
  },
  sendToEvmWithData: {
    primaryType: 'HyperliquidTransaction:SendToEvmWithData',
    fields: [
      chain,
      text('token'),
      text('amount'),
      text('sourceDex'),
      text('destinationRecipient'),
      text('addressEncoding'),
      { name: 'destinationChainId', type: 'uint32' },
      { name: 'gasLimit', type: 'uint64' },
      { name: 'data', type: 'bytes' },
      stamp('nonce'),
    ],
  },
  cDeposit: { primaryType: 'HyperliquidTransaction:CDeposit', fields: [chain, wei, stamp('nonce')] },
  cWithdraw: { primaryType: 'HyperliquidTransaction:CWithdraw', fields: [chain, wei, stamp('nonce')] },
  tokenDelegate: {
    primaryType: 'HyperliquidTransaction:TokenDelegate',
    fields: [chain, account('validator'), wei, flag('isUndelegate'), stamp('nonce')],
  },
  linkStakingUser: {
    primaryType: 'HyperliquidTransaction:LinkStakingUser',
    fields: [chain, account('user'), flag('isFinalize'), stamp('nonce')],
  },
  stakingLinkDisableTradingUser: {
    primaryType: 'HyperliquidTransaction:StakingLinkDisableTradingUser',
    fields: [chain, account('tradingUser'), stamp('nonce')],
  },
  userDexAbstraction: {
    primaryType: 'HyperliquidTransaction:UserDexAbstraction',
    fields: [chain, account('user'), flag('enabled'), stamp('nonce')],
  },
  userPortfolioMargin: {
    primaryType: 'HyperliquidTransaction:UserPortfolioMargin',
    fields: [chain, account('user'), flag('enabled'), stamp('nonce')],
  },
  userSetAbstraction: {
    primaryType: 'HyperliquidTransaction:UserSetAbstraction',
    fields: [chain, account('user'), text('abstraction'), stamp('nonce')],
  },
  convertToMultiSigUser: {
    primaryType: 'HyperliquidTransaction:ConvertToMultiSigUser',
    fields: [chain, text('signers'), stamp('nonce')],
  },
} as const satisfies Record<string, UserSignedType>

/**
 * The digest of a user-signed action (approveAgent, transfers, withdrawals). No vault and no expiry enter it; an unnamed agent
 * is signed with the empty `agentName`, which the body then leaves out.
 */
export function userSignedDigest(action: UserSignedAction, type: UserSignedType): Uint8Array {
  const chainId = Number.parseInt(action.signatureChainId, 16)
  if (!Number.isSafeInteger(chainId))
    throw new RangeError(`signatureChainId must be hex, got ${action.signatureChainId}`)
  return typedDataDigest(
    {
      name: 'HyperliquidSignTransaction',
      version: '1',
      chainId,
      verifyingContract: '0x0000000000000000000000000000000000000000',
    },
    type.primaryType,
    type.fields,
    action,
  )
}
