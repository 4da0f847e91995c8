import type { TimeInForce } from '../engine/order.ts'
import type { Json } from './codec.ts'
import type { WireTwap } from './twap-actions.ts'

/** An order as it stands in a normalised action. */
export interface WireOrder {
  readonly a: number
  readonly b: boolean
  readonly p: string
  readonly s: string
  readonly r: boolean
  readonly t:
    | { readonly limit: { readonly tif: TimeInForce } }
    | { readonly trigger: { readonly isMarket: boolean; readonly triggerPx: string; readonly tpsl: 'tp' | 'sl' } }
  readonly c?: string
}

/** The normalised L1 actions that do something here, after their codecs have read them. */
export type WireAction =
  | {
      readonly type: 'order'
      readonly orders: readonly WireOrder[]
      readonly grouping: unknown
      readonly builder?: { readonly b: string; readonly f: number }
    }
  | { readonly type: 'cancel'; readonly cancels: readonly { readonly a: number; readonly o: number }[] }
  | { readonly type: 'cancelByCloid'; readonly cancels: readonly { readonly asset: number; readonly cloid: string }[] }
  | { readonly type: 'modify'; readonly oid: number | string; readonly order: WireOrder }
  | {
      readonly type: 'batchModify'
      readonly modifies: readonly { readonly oid: number | string; readonly order: WireOrder }[]
    }
  | { readonly type: 'updateLeverage'; readonly asset: number; readonly isCross: boolean; readonly leverage: number }
  | { readonly type: 'updateIsolatedMargin'; readonly asset: number; readonly isBuy: boolean; readonly ntli: number }
  | { readonly type: 'topUpIsolatedOnlyMargin'; readonly asset: number; readonly leverage: string }
  | { readonly type: 'scheduleCancel'; readonly time?: number }
  | { readonly type: 'twapOrder'; readonly twap: WireTwap }
  | { readonly type: 'twapCancel'; readonly a: number; readonly t: number }
  | { readonly type: 'reserveRequestWeight'; readonly weight: number }
  | { readonly type: 'subAccountModify'; readonly subAccountUser: string; readonly name: string }
  | {
      readonly type: 'subAccountSpotTransfer'
      readonly subAccountUser: string
      readonly isDeposit: boolean
      readonly token: string
      readonly amount: string
    }
  | { readonly type: 'createVault'; readonly name: string; readonly initialUsd: number }
  | { readonly type: 'vaultDistribute'; readonly vaultAddress: string; readonly usd: number }
  | ({ readonly type: 'agentSendAsset' } & Json)
  | { readonly type: 'createSubAccount'; readonly name: string }
  | {
      readonly type: 'subAccountTransfer'
      readonly subAccountUser: string
      readonly isDeposit: boolean
      readonly usd: number
    }
  | {
      readonly type: 'vaultTransfer'
      readonly vaultAddress: string
      readonly isDeposit: boolean
      readonly usd: number
    }
  | {
      readonly type:
        | 'noop'
        | 'agentSetAbstraction'
        | 'agentEnableDexAbstraction'
        | 'vaultModify'
        | 'spotUser'
        | 'setReferrer'
        | 'registerReferrer'
        | 'setDisplayName'
        | 'claimRewards'
        | 'evmUserModify'
    }
