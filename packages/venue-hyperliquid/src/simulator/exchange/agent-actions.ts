import type { Account } from '../engine/account.ts'
import type { EngineCore } from '../engine/core.ts'
import { DAY_MS } from '../market/coin-path.ts'
import type { Answer } from './answer.ts'
import { DONE, refused } from './answer.ts'
import type { Json } from './codec.ts'
import { textOr } from './codec.ts'

const ZERO_ADDRESS = `0x${'0'.repeat(40)}`
const NAMED_AGENTS = 3
/** One more sub-account allows so many more. */
const PER_SUB_ACCOUNT = 2
/** How long after a removal no agent can be approved. Source: captured answers (about 5 s). */
const REMOVAL_MS = 5000

/**
 * Approves, replaces or (with the zero address) removes an agent: one unnamed and three named ones, a name of at most 16 characters that
 * may end with ` valid_until <ms>`. Source: the venue's page on API wallets and captured answers.
 */
export function approveAgent(core: EngineCore, account: Account, action: Json): Answer {
  const address = textOr(action.agentAddress, '').toLowerCase()
  const { name, validUntil } = parseName(textOr(action.agentName, ''), core.now)
  if (name !== null && name.length > 16) return refused('Agent name is too long.')
  if (validUntil <= core.now || validUntil > core.now + 180 * DAY_MS) {
    return refused('Agent valid_until already expired.')
  }
  const others = account.agents.filter((agent) => agent.name !== name)
  const current = account.agents.find((agent) => agent.name === name)
  if (address === ZERO_ADDRESS) {
    if (current !== undefined) account.formerAgents.set(current.address, 'removed')
    account.agents = others
    account.agentRemovalUntil = core.now + REMOVAL_MS
    return DONE
  }
  if (core.now < account.agentRemovalUntil) return refused('User has pending agent removal')
  if (isUsed(core, address)) return refused('Extra agent already used.')
  const limit =
    NAMED_AGENTS + PER_SUB_ACCOUNT * core.accounts.subAccounts(account).filter(({ isVault }) => !isVault).length
  if (name !== null && others.filter((agent) => agent.name !== null).length >= limit) {
    return refused(`Too many extra agents for cumulative volume traded. Current limit is ${limit}`)
  }
  if (current !== undefined) account.formerAgents.set(current.address, 'replaced')
  account.agents = [...others, { address, name, validUntil }]
  return DONE
}

function parseName(text: string, now: number): { readonly name: string | null; readonly validUntil: number } {
  const [, name = '', until] = /^(.*?)(?: valid_until (\d+))?$/.exec(text) ?? []
  return { name: name === '' ? null : name, validUntil: until === undefined ? now + 90 * DAY_MS : Number(until) }
}

/** The venue enforces an agent's end late: it was seen to work a quarter of an hour longer. */
const GRACE_MS = 15 * 60_000

/** Forgets the agents of an account whose time is over. */
export function dropExpiredAgents(account: Account, now: number): void {
  const expired = account.agents.filter((agent) => agent.validUntil + GRACE_MS < now)
  if (expired.length === 0) return
  for (const agent of expired) account.formerAgents.set(agent.address, 'removed')
  account.agents = account.agents.filter((agent) => !expired.includes(agent))
}

/** An address that has been an agent cannot become one again: actions it signed could be replayed. */
function isUsed(core: EngineCore, address: string): boolean {
  return core.accounts.findAgent(address) !== undefined || core.accounts.findFormerAgent(address) !== undefined
}
