import type { Account } from '../engine/account.ts'
import type { EngineCore } from '../engine/core.ts'
import type { AccountAccess } from './account-access.ts'
import {
  reserveRequestWeight,
  scheduleCancel,
  topUpIsolatedOnlyMargin,
  updateIsolatedMargin,
  updateLeverage,
} from './account-actions.ts'
import type { Answer } from './answer.ts'
import { DONE, refused } from './answer.ts'
import { textOr } from './codec.ts'
import { batchModifyAction, cancelAction, modifyAction, orderAction } from './order-actions.ts'
import {
  createSubAccount,
  createVault,
  renameSubAccount,
  subAccountSpotTransfer,
  subAccountTransfer,
  vaultTransfer,
} from './owned-account-actions.ts'
import { assetTransfer } from './transfer-actions.ts'
import { twapCancel, twapOrder } from './twap-actions.ts'
import type { WireAction } from './wire-action.ts'

/** Runs an L1 action for the account it is meant for. */
export function runAction(core: EngineCore, access: AccountAccess, account: Account, action: WireAction): Answer {
  switch (action.type) {
    case 'order':
      return orderAction(core, account, action)
    case 'cancel':
      return cancelAction(
        core,
        account,
        action.cancels.map(({ a, o }) => ({ asset: a, key: o })),
      )
    case 'cancelByCloid':
      return cancelAction(
        core,
        account,
        action.cancels.map(({ asset, cloid }) => ({ asset, key: cloid })),
      )
    case 'modify':
      return modifyAction(core, account, action.oid, action.order)
    case 'batchModify':
      return batchModifyAction(core, account, action.modifies)
    case 'updateLeverage':
      return updateLeverage(core, account, action)
    case 'updateIsolatedMargin':
      return updateIsolatedMargin(core, account, action.asset, action.ntli)
    case 'topUpIsolatedOnlyMargin':
      return topUpIsolatedOnlyMargin(core, account, action.asset, action.leverage)
    case 'scheduleCancel':
      return scheduleCancel(core, account, action.time)
    case 'createSubAccount':
      return createSubAccount(core, account, action.name)
    case 'subAccountModify':
      return renameSubAccount(core, account, action.subAccountUser, action.name)
    case 'subAccountTransfer':
      return subAccountTransfer(core, account, action)
    case 'subAccountSpotTransfer':
      return subAccountSpotTransfer(core, account, action)
    case 'createVault':
      return createVault(core, account, action.name, action.initialUsd)
    case 'vaultTransfer':
      return vaultTransfer(core, account, action)
    case 'vaultDistribute':
      return vaultTransfer(core, account, { ...action, isDeposit: false })
    case 'agentSendAsset':
      // An agent moves money between its account's own places and nowhere else.
      if (textOr(action.destination, '') !== account.address) return refused('Invalid destination.')
      return assetTransfer(core, access, account, action, 'send')
    case 'twapOrder':
      return twapOrder(core, account, action.twap)
    case 'twapCancel':
      return twapCancel(core, account, action.a, action.t)
    case 'reserveRequestWeight':
      return reserveRequestWeight(core, account, action.weight)
    case 'agentEnableDexAbstraction':
      account.dexAbstraction = true
      return DONE
    case 'noop':
    case 'agentSetAbstraction':
    case 'setReferrer':
    case 'registerReferrer':
    case 'setDisplayName':
    case 'claimRewards':
    case 'evmUserModify':
    case 'vaultModify':
    case 'spotUser':
      return DONE
  }
}
