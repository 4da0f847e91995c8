import type { ActionValue } from '../../signing/index.ts'
import type { Codec, Json } from './codec.ts'
import {
  address,
  bool,
  cloid,
  DeserializeError,
  decimal,
  either,
  int,
  isObject,
  list,
  literal,
  nullable,
  struct,
  text,
  uint,
  variant,
} from './codec.ts'
import { userSignedType } from './user-signed-types.ts'

const orderType = variant({
  limit: struct({ tif: literal('Gtc', 'Ioc', 'Alo', 'FrontendMarket') }),
  trigger: struct({ isMarket: bool, triggerPx: decimal, tpsl: literal('tp', 'sl') }),
})
const order = struct({ a: uint, b: bool, p: decimal, s: decimal, r: bool, t: orderType }, { c: cloid })
const twapDetails = struct({ t: nullable(struct({ p: decimal, a: bool })), s: nullable(decimal) })
const grouping = either(literal('na', 'normalTpsl', 'positionTpsl'), struct({ p: uint }))
const orderKey = either(uint, cloid)

function action(
  type: string,
  required: Readonly<Record<string, Codec>> = {},
  optional: Readonly<Record<string, Codec>> = {},
): Codec {
  return struct({ type: literal(type), ...required }, optional)
}

/** The L1 actions in the key order in which the venue serialises them. Source: the venue's exchange page, `hyperliquid-python-sdk`. */
const L1_ACTIONS: Readonly<Record<string, Codec>> = {
  order: action('order', { orders: list(order), grouping }, { builder: struct({ b: address, f: uint }) }),
  cancel: action('cancel', { cancels: list(struct({ a: uint, o: uint })) }, { f: bool }),
  cancelByCloid: action('cancelByCloid', { cancels: list(struct({ asset: uint, cloid })) }, { f: bool }),
  modify: action('modify', { oid: orderKey, order }, { a: bool }),
  batchModify: action('batchModify', { modifies: list(struct({ oid: orderKey, order })) }, { a: bool }),
  updateLeverage: action('updateLeverage', { asset: uint, isCross: bool, leverage: uint }),
  updateIsolatedMargin: action('updateIsolatedMargin', { asset: uint, isBuy: bool, ntli: int }),
  topUpIsolatedOnlyMargin: action('topUpIsolatedOnlyMargin', { asset: uint, leverage: decimal }),
  scheduleCancel: action('scheduleCancel', {}, { time: uint }),
  twapOrder: action(
    'twapOrder',
    { twap: struct({ a: uint, b: bool, s: decimal, r: bool, m: uint, t: bool }) },
    { details: twapDetails },
  ),
  twapCancel: action('twapCancel', { a: uint, t: uint }),
  noop: action('noop'),
  reserveRequestWeight: action('reserveRequestWeight', { weight: uint }, { destination: address }),
  agentSetAbstraction: action('agentSetAbstraction', { abstraction: literal('i', 'u', 'p') }),
  agentEnableDexAbstraction: action('agentEnableDexAbstraction'),
  createSubAccount: action('createSubAccount', { name: text }),
  subAccountModify: action('subAccountModify', { subAccountUser: address, name: text }),
  subAccountTransfer: action('subAccountTransfer', { subAccountUser: address, isDeposit: bool, usd: uint }),
  subAccountSpotTransfer: action('subAccountSpotTransfer', {
    subAccountUser: address,
    isDeposit: bool,
    token: text,
    amount: decimal,
  }),
  agentSendAsset: action('agentSendAsset', {
    destination: address,
    sourceDex: text,
    destinationDex: text,
    token: text,
    amount: decimal,
    fromSubAccount: text,
    nonce: uint,
  }),
  createVault: action('createVault', { name: text, description: text, initialUsd: uint, nonce: uint }),
  vaultModify: action('vaultModify', {
    vaultAddress: address,
    allowDeposits: nullable(bool),
    alwaysCloseOnWithdraw: nullable(bool),
  }),
  vaultDistribute: action('vaultDistribute', { vaultAddress: address, usd: uint }),
  spotUser: action('spotUser', { toggleSpotDusting: struct({ optOut: bool }) }),
  vaultTransfer: action('vaultTransfer', { vaultAddress: address, isDeposit: bool, usd: uint }),
  setReferrer: action('setReferrer', { code: text }),
  registerReferrer: action('registerReferrer', { code: text }),
  setDisplayName: action('setDisplayName', { displayName: text }),
  claimRewards: action('claimRewards'),
  evmUserModify: action('evmUserModify', { usingBigBlocks: bool }),
}

/** An action that the venue knows. */
export interface KnownAction {
  readonly type: string
  readonly signing: 'l1' | 'user'
  /** As the venue serialises it. For a user-signed action, as it was sent: its fields are signed one by one. */
  readonly normalised: { readonly [key: string]: ActionValue }
  readonly sent: Json
}

/** Recognises an action. @throws {DeserializeError} for one the venue does not know or whose fields are wrong. */
export function parseAction(sent: unknown): KnownAction {
  const type = isObject(sent) ? sent.type : undefined
  if (!isObject(sent) || typeof type !== 'string') throw new DeserializeError('missing field `type`')
  if (userSignedType(type) !== undefined) {
    if (typeof sent.signatureChainId !== 'string') throw new DeserializeError('missing field `signatureChainId`')
    return { type, signing: 'user', normalised: {}, sent }
  }
  const codec = Object.hasOwn(L1_ACTIONS, type) ? L1_ACTIONS[type] : undefined
  if (codec === undefined) throw new DeserializeError(`unknown variant \`${type}\``)
  const normalised = codec(sent)
  if (!isMap(normalised)) throw new DeserializeError('expected a map')
  return { type, signing: 'l1', normalised, sent }
}

function isMap(value: ActionValue): value is { readonly [key: string]: ActionValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
