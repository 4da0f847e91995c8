import type { Account } from '../engine/account.ts'
import type { EngineCore } from '../engine/core.ts'
import { BUILDER_DEXES } from '../market/builder-dexes.ts'
import type { AccountAccess } from './account-access.ts'
import type { KnownAction } from './actions.ts'
import { approveAgent } from './agent-actions.ts'
import type { Answer } from './answer.ts'
import { DONE, refused } from './answer.ts'
import type { Json } from './codec.ts'
import { textOr } from './codec.ts'
import { amountOf, tokenOf, transfer, transferUsd, usdText } from './transfers.ts'

/** What a withdrawal costs, USDC. */
const WITHDRAWAL_FEE = '1.0'

/** Runs a user-signed action: agents, builders, transfers, settings. */
export function userSignedAction(
  core: EngineCore,
  access: AccountAccess,
  account: Account,
  { type, sent }: KnownAction,
): Answer {
  const amount = amountOf(sent.amount)
  switch (type) {
    case 'approveAgent':
      return approveAgent(core, account, sent)
    case 'approveBuilderFee':
      return approveBuilderFee(account, sent)
    case 'usdSend': {
      const destination = textOr(sent.destination, '').toLowerCase()
      const delta = { type: 'internalTransfer', usdc: usdText(amount), user: account.address, destination, fee: '0.0' }
      return transferUsd(core, account, access.mention(destination), amount, delta)
    }
    case 'withdraw3': {
      const delta = { type: 'withdraw', usdc: usdText(amount), nonce: Number(sent.time), fee: WITHDRAWAL_FEE }
      return transferUsd(core, account, undefined, amount, delta)
    }
    case 'usdClassTransfer':
      return classTransfer(core, access, account, sent)
    case 'spotSend':
      return assetTransfer(
        core,
        access,
        account,
        { ...sent, sourceDex: 'spot', destinationDex: 'spot' },
        'spotTransfer',
      )
    case 'sendAsset':
      return assetTransfer(core, access, account, sent, 'send')
    case 'userDexAbstraction':
      account.dexAbstraction = sent.enabled === true
      return DONE
    case 'userSetAbstraction':
      account.dexAbstraction = sent.abstraction === 'dexAbstraction'
      return sent.abstraction === 'dexAbstraction' || sent.abstraction === 'disabled'
        ? DONE
        : refused('Unified accounts and portfolio margin are not simulated.')
    default:
      return refused(`${type} is not simulated.`)
  }
}

/** Between the venue's own clearinghouse and spot; ` subaccount:0x...` after the amount means a sub-account's. */
function classTransfer(core: EngineCore, access: AccountAccess, signer: Account, sent: Json): Answer {
  const [text = '', sub] = textOr(sent.amount, '').split(' subaccount:')
  const account = sub === undefined ? signer : access.accounts.find(sub)
  if (account === undefined || (sub !== undefined && account.master !== signer.address)) {
    return refused(`Sub-account not found: ${sub}`)
  }
  const [perp, spot] = [
    { account, place: '' },
    { account, place: 'spot' },
  ]
  const amount = amountOf(text)
  const toPerp = sent.toPerp === true
  const delta = { type: 'accountClassTransfer', usdc: usdText(amount), toPerp }
  return transfer(core, toPerp ? spot : perp, toPerp ? perp : spot, { token: 'USDC', amount, delta })
}

/** A token between dexes and spot, of one account or to another. */
export function assetTransfer(
  core: EngineCore,
  access: AccountAccess,
  signer: Account,
  sent: Json,
  type: string,
): Answer {
  const token = tokenOf(textOr(sent.token, ''))
  const [source, target] = [textOr(sent.sourceDex, ''), textOr(sent.destinationDex, '')]
  const unknown = [source, target].find(
    (place) => place !== '' && place !== 'spot' && !BUILDER_DEXES.some(({ name }) => name === place),
  )
  if (unknown !== undefined) return refused(`Invalid perp dex: ${unknown}`)
  if (token === undefined) return refused(`Invalid token ${textOr(sent.token, '')}.`)
  const sub = textOr(sent.fromSubAccount, '')
  const from = sub === '' ? signer : access.accounts.find(sub)
  if (from === undefined || (sub !== '' && from.master !== signer.address)) {
    return refused(`Sub-account not found: ${sub}`)
  }
  const destination = textOr(sent.destination, '').toLowerCase()
  const to = access.mention(destination)
  if (to === undefined) return refused(`Unknown destination ${destination}`)
  const amount = amountOf(sent.amount)
  const delta = {
    type,
    user: from.address,
    destination,
    sourceDex: source,
    destinationDex: target,
    token,
    amount: usdText(amount),
    usdcValue: usdText(amount),
    fee: '0.0',
    nativeTokenFee: '0.0',
    nonce: typeof sent.nonce === 'number' ? sent.nonce : null,
    feeToken: '',
  }
  return transfer(core, { account: from, place: source }, { account: to, place: target }, { token, amount, delta })
}

/** `0.01%` is ten tenths of a basis point; zero takes it back. */
function approveBuilderFee(account: Account, sent: Json): Answer {
  const percent = Number(textOr(sent.maxFeeRate, '').replace('%', ''))
  if (!(percent >= 0 && percent <= 1)) return refused('Builder fee rate is too high.')
  account.builderFees.set(textOr(sent.builder, '').toLowerCase(), Math.round(percent * 1000))
  return DONE
}
