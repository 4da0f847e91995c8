import type { Account } from '../engine/account.ts'
import { decimalText } from '../engine/decimal-text.ts'
import { accountMargin } from '../engine/margin.ts'
import { address, textOr } from '../exchange/codec.ts'
import { portfolio } from './fee-info.ts'
import type { InfoContext, InfoHandler } from './info-context.ts'
import { userOf } from './info-context.ts'

/** Queries about vaults. The leader is a vault's only follower that is kept apart. */
export const VAULT_INFO: Readonly<Record<string, InfoHandler>> = {
  vaultDetails: (context, query) => {
    const vault = context.access.accounts.find(textOr(address(query.vaultAddress), ''))
    if (vault?.isVault !== true) return null
    return {
      name: vault.name ?? '',
      vaultAddress: vault.address,
      leader: vault.master,
      description: '',
      portfolio: portfolio(context, vault.address),
      apr: 0,
      followerState: null,
      leaderFraction: 1,
      leaderCommission: 0.1,
      followers: [follower(context, vault)],
      maxDistributable: 0,
      maxWithdrawable: accountMargin(vault, context.core).withdrawable.toNumber(),
      isClosed: false,
      relationship: { type: 'normal' },
      allowDeposits: true,
      alwaysCloseOnWithdraw: false,
    }
  },
  vaultSummaries: (context) =>
    [...context.access.accounts.all()]
      .filter((account) => account.isVault)
      .map((vault) => ({
        name: vault.name ?? '',
        vaultAddress: vault.address,
        leader: vault.master,
        tvl: equity(context, vault),
        isClosed: false,
        relationship: { type: 'normal' },
        createTimeMillis: context.core.market.firstTime,
      })),
  leadingVaults: (context, query) =>
    vaultsOf(context, userOf(context, query)).map((vault) => ({ address: vault.address, name: vault.name ?? '' })),
  userVaultEquities: (context, query) =>
    vaultsOf(context, userOf(context, query)).map((vault) => ({
      vaultAddress: vault.address,
      equity: equity(context, vault),
      lockedUntilTimestamp: 0,
    })),
}

function vaultsOf({ access }: InfoContext, leader: Account | undefined): Account[] {
  return leader === undefined ? [] : access.accounts.subAccounts(leader).filter((account) => account.isVault)
}

function equity({ core }: InfoContext, vault: Account): string {
  return decimalText(accountMargin(vault, core).all.accountValue, 6)
}

function follower(context: InfoContext, vault: Account) {
  return {
    user: 'Leader',
    vaultEquity: equity(context, vault),
    pnl: '0.0',
    allTimePnl: '0.0',
    daysFollowing: 0,
    vaultEntryTime: context.core.market.firstTime,
    lockupUntil: 0,
  }
}
