import { VenueError } from '@portolan/core'
import type { z } from 'zod'
import type { HyperliquidOptions } from '../options.ts'
import type { InfoCall, InfoClient } from '../rest/info-client.ts'
import { userRoleShape } from './account-shapes.ts'

/** Whose orders they are. */
export interface ResolvedAccount {
  /** That is traded and read. */
  readonly account: string
  /** For whom the key signs: the account itself, or the master or leader that acts for it. Without a key the account. */
  readonly owner: string
}

type Role = z.output<typeof userRoleShape>

/**
 * The account that is traded and read. An agent's own address answers every question with nothing, as if the account were empty, so that the venue is
 * asked what the key's address is, and whether it may act for the account that was named.
 * @param signer address of the key; `null` without one.
 * @returns `null` when the entry names no account and has no key.
 * @throws {VenueError} `misconfigured`, saying what to change.
 */
export async function resolveAccount(
  info: InfoClient,
  options: HyperliquidOptions,
  signer: string | null,
  call: InfoCall,
): Promise<ResolvedAccount | null> {
  const { account, vault } = options
  if (account !== undefined && vault !== undefined && account !== vault) {
    throw misconfigured(
      `options.account ${account} and options.vault ${vault} differ: orders for a vault or sub-account need the vault alone`,
    )
  }
  const named = vault ?? account ?? null
  const roleOf = (user: string): Promise<Role> => info.ask({ type: 'userRole', user }, userRoleShape, call)
  const role = named === null ? null : await roleOf(named)
  if (named !== null && role !== null) checkNamed(named, role, vault !== undefined, signer !== null)
  if (signer === null) return named === null ? null : { account: named, owner: named }
  const owner = ownerOf(signer, await roleOf(signer), options)
  if (named === null || role === null) return { account: owner, owner }
  const master = role.role === 'subAccount' ? role.data.master : named
  // Who leads a vault is not told here; the venue refuses what others sign for it.
  if (role.role !== 'vault' && master !== owner) {
    throw misconfigured(
      `the key acts for ${owner}, not for ${named}: approve it as an agent of ${master}, or change options.${vault === undefined ? 'account' : 'vault'}`,
    )
  }
  return { account: named, owner }
}

function checkNamed(named: string, { role }: Role, isVault: boolean, trades: boolean): void {
  if (role === 'agent') throw misconfigured(`${named} is an agent: name the account it trades for`)
  if (!isVault && trades && role !== 'user' && role !== 'missing') {
    const what = role === 'vault' ? 'a vault' : 'a sub-account'
    throw misconfigured(`${named} is ${what}: name it in options.vault, so that orders are signed on its behalf`)
  }
  if (isVault && (role === 'user' || role === 'missing')) {
    throw misconfigured(`options.vault ${named} is no vault and no sub-account: name it in options.account`)
  }
}

/** The account behind the key: its master's when it is an agent. */
function ownerOf(signer: string, role: Role, { allowMasterKey, network }: HyperliquidOptions): string {
  switch (role.role) {
    case 'agent':
      return role.data.user
    case 'missing':
      // A simulator opens an account for whoever comes.
      if (network === 'simulator') return signer
      throw misconfigured(
        `the venue knows ${signer}, the address of the key, neither as an agent nor as an account on ${network}: approve it as an agent (API wallet) of your account, or check the network`,
      )
    case 'user':
    case 'vault':
    case 'subAccount':
      if (allowMasterKey) return signer
      throw misconfigured(
        `${signer}, the address of the key, is an account and no agent: its key can withdraw everything. Make an agent (API wallet) and use its key; options.allowMasterKey: true insists`,
      )
  }
}

function misconfigured(message: string): VenueError {
  return new VenueError('misconfigured', message)
}
