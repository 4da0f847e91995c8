import { VenueError } from '@portolan/core'
import type { HyperliquidOptions } from '../options.ts'
import type { InfoClient } from '../rest/info-client.ts'
import { userRoleShape } from './account-shapes.ts'

/**
 * The account that is traded and read. An agent's own address answers every question with nothing, as if the account were empty, so
 * that the venue is asked what the key's address is.
 * @param signer address of the key; `null` without one.
 * @returns `null` when the entry names no account and has no key.
 * @throws {VenueError} `misconfigured` when the configured account is an agent.
 */
export async function resolveAccount(
  info: InfoClient,
  options: HyperliquidOptions,
  signer: string | null,
  signal: AbortSignal,
): Promise<string | null> {
  const named = options.account ?? options.vault
  if (named !== undefined) {
    const { role } = await info.ask({ type: 'userRole', user: named }, userRoleShape, { signal })
    if (role !== 'agent') return named
    throw new VenueError('misconfigured', `${named} is an agent: name the account it trades for`)
  }
  if (signer === null) return null
  const answer = await info.ask({ type: 'userRole', user: signer }, userRoleShape, { signal })
  return answer.role === 'agent' ? answer.data.user : signer
}
