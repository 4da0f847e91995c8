import type { Account } from '../engine/account.ts'
import type { EngineCore } from '../engine/core.ts'
import {
  createSubAccount,
  scheduleCancel,
  subAccountTransfer,
  updateIsolatedMargin,
  updateLeverage,
} from './account-actions.ts'
import type { Answer } from './answer.ts'
import { DONE, refused } from './answer.ts'
import { batchModifyAction, cancelAction, modifyAction, orderAction } from './order-actions.ts'
import type { WireAction } from './wire-action.ts'

/** Runs an L1 action for the account it is meant for. */
export function runAction(core: EngineCore, account: Account, action: WireAction): Answer {
  switch (action.type) {
    case 'order':
      return orderAction(core, account, action.orders, action.grouping)
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
      return refused('Position does not use isolated margin.')
    case 'scheduleCancel':
      return scheduleCancel(core, account, action.time)
    case 'createSubAccount':
      return createSubAccount(account)
    case 'subAccountTransfer':
      return subAccountTransfer(core, account, action)
    case 'vaultTransfer':
      return refused(`Vault not registered: ${action.vaultAddress}`)
    case 'twapOrder':
      return twap(
        'twapOrder',
        action.twap.m < 5 ? `Invalid TWAP duration: ${action.twap.m} min(s)` : 'TWAP orders are not simulated.',
      )
    case 'twapCancel':
      return twap('twapCancel', 'TWAP was never placed, already canceled, or filled.')
    case 'noop':
    case 'reserveRequestWeight':
    case 'agentSetAbstraction':
    case 'agentEnableDexAbstraction':
    case 'subAccountModify':
    case 'setReferrer':
    case 'registerReferrer':
    case 'setDisplayName':
    case 'claimRewards':
    case 'evmUserModify':
      return DONE
  }
}

function twap(type: string, error: string): Answer {
  return { status: 'ok', response: { type, data: { status: { error } } } }
}
