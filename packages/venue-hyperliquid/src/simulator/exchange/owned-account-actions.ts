import { Decimal } from 'decimal.js'
import type { Account } from '../engine/account.ts'
import { newAccount } from '../engine/account.ts'
import type { EngineCore } from '../engine/core.ts'
import { accountMargin } from '../engine/margin.ts'
import { Random, seedOf } from '../market/random.ts'
import type { Answer } from './answer.ts'
import { DONE, refused } from './answer.ts'
import { enoughVolume } from './enough-volume.ts'
import { fromMicros, tokenOf, transfer, transferUsd, usdText } from './transfers.ts'

const VOLUME_FOR_SUB_ACCOUNTS = 100_000
/** A leader's stake when a vault is made, and what making one costs, USD. Source: the venue's page on vaults. */
const VAULT_STAKE = 100
const VAULT_FEE = 100

/** Opens a sub-account, empty. Source of the volume that it takes: a captured refusal. */
export function createSubAccount(core: EngineCore, master: Account, name: string): Answer {
  if (master.volume.lt(VOLUME_FOR_SUB_ACCOUNTS)) {
    return refused(`Cannot create sub-accounts until ${enoughVolume(VOLUME_FOR_SUB_ACCOUNTS, master)}`)
  }
  const account = openOwned(core, master, { name })
  return { status: 'ok', response: { type: 'createSubAccount', data: account.address } }
}

/** Opens a vault with the leader's first deposit. */
export function createVault(core: EngineCore, leader: Account, name: string, initialUsd: number): Answer {
  const usd = fromMicros(initialUsd)
  if (usd.lt(VAULT_STAKE)) return refused(`Initial deposit must be at least ${VAULT_STAKE} USDC.`)
  if (accountMargin(leader, core).withdrawable.lt(usd.plus(VAULT_FEE)))
    return refused('Insufficient balance for withdrawal.')
  const vault = openOwned(core, leader, { name, isVault: true })
  leader.cash = leader.cash.minus(VAULT_FEE)
  const answer = transferUsd(core, leader, vault, usd, {
    type: 'vaultCreate',
    vault: vault.address,
    usdc: usdText(usd),
    fee: usdText(new Decimal(VAULT_FEE)),
  })
  return answer.status === 'ok' ? { status: 'ok', response: { type: 'createVault', data: vault.address } } : answer
}

/** An account that another one signs for. Its address follows from the seed and its place among its siblings. */
export function openOwned(
  core: EngineCore,
  master: Account,
  how: { readonly name: string; readonly isVault?: boolean; readonly usd?: number },
): Account {
  const place = core.accounts.subAccounts(master).length
  const address = `0x${new Random(seedOf(core.market.seed, 'owned', master.address, place)).hex(40)}`
  const { name, isVault = false, usd = 0 } = how
  return core.accounts.add(newAccount(address, usd, { master: master.address, name, isVault }))
}

export function renameSubAccount(core: EngineCore, master: Account, address: string, name: string): Answer {
  const sub = core.accounts.find(address)
  if (sub === undefined || sub.master !== master.address) return refused(`Sub-account not found: ${address}`)
  sub.name = name
  return DONE
}

/** Moves USD between an account and one of its sub-accounts. */
export function subAccountTransfer(
  core: EngineCore,
  master: Account,
  request: { readonly subAccountUser: string; readonly isDeposit: boolean; readonly usd: number },
): Answer {
  const sub = core.accounts.find(request.subAccountUser)
  if (sub === undefined || sub.master !== master.address) {
    return refused(`Sub-account not found: ${request.subAccountUser}`)
  }
  const [from, to] = request.isDeposit ? [master, sub] : [sub, master]
  const usd = fromMicros(request.usd)
  const delta = { type: 'subAccountTransfer', usdc: usdText(usd), user: from.address, destination: to.address }
  return transferUsd(core, from, to, usd, delta)
}

/** Moves a token on the spot side between an account and one of its sub-accounts. */
export function subAccountSpotTransfer(
  core: EngineCore,
  master: Account,
  request: {
    readonly subAccountUser: string
    readonly isDeposit: boolean
    readonly token: string
    readonly amount: string
  },
): Answer {
  const sub = core.accounts.find(request.subAccountUser)
  const token = tokenOf(request.token)
  if (sub === undefined || sub.master !== master.address) {
    return refused(`Sub-account not found: ${request.subAccountUser}`)
  }
  if (token === undefined) return refused(`Invalid token ${request.token}.`)
  const [from, to] = request.isDeposit ? [master, sub] : [sub, master]
  const amount = new Decimal(request.amount)
  const delta = { type: 'spotTransfer', token, amount: usdText(amount), user: from.address, destination: to.address }
  return transfer(core, { account: from, place: 'spot' }, { account: to, place: 'spot' }, { token, amount, delta })
}

/** Puts USD into a vault or takes it out. */
export function vaultTransfer(
  core: EngineCore,
  account: Account,
  request: { readonly vaultAddress: string; readonly isDeposit: boolean; readonly usd: number },
): Answer {
  const vault = core.accounts.find(request.vaultAddress)
  if (vault?.isVault !== true) return refused(`Vault not registered: ${request.vaultAddress}`)
  const usd = fromMicros(request.usd)
  const [from, to] = request.isDeposit ? [account, vault] : [vault, account]
  const type = request.isDeposit ? 'vaultDeposit' : 'vaultWithdraw'
  return transferUsd(core, from, to, usd, { type, vault: vault.address, user: account.address, usdc: usdText(usd) })
}
