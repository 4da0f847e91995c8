import type { Clock, Logger, TradeGate } from '@portolan/core'
import { z } from 'zod'
import { userRoleShape } from '../account/account-shapes.ts'
import { addressText, timeMs } from '../rest/decode.ts'
import type { InfoCall, InfoClient } from '../rest/info-client.ts'

/** How the venue names the signer that it recovered and does not accept. */
const SIGNER_TEXTS = ['User or API Wallet', 'Must deposit before performing actions']
const SOON_MS = 7 * 86_400_000

const extraAgentsShape = z.array(z.object({ address: addressText, validUntil: timeMs.nullish() }))

export interface AgentWatchParts {
  readonly info: InfoClient
  readonly clock: Clock
  readonly logger: Logger
  /** Address of the key. */
  readonly signer: string
  /** Whose agent it is, or itself. */
  readonly owner: string
}

/**
 * Whether the key may still sign for the account. Agents expire, are removed, and are replaced by another of the same name, and the venue tells of it only
 * when it refuses what they sign.
 */
export class AgentWatch {
  readonly #parts: AgentWatchParts
  #refusal: string | null = null
  #validUntil: number | null = null
  #warned = false

  constructor(parts: AgentWatchParts) {
    this.#parts = parts
  }

  /** Whether the venue has refused the key, so that it should be asked again. */
  get isDoubtful(): boolean {
    return this.#refusal !== null
  }

  /** Asks until when the key is approved, and warns in time. @throws {VenueError} */
  async readExpiry(call: InfoCall): Promise<void> {
    const { info, clock, logger, signer, owner } = this.#parts
    if (signer === owner) return
    const agents = await info.ask({ type: 'extraAgents', user: owner }, extraAgentsShape, call)
    this.#validUntil = agents.find(({ address }) => address === signer)?.validUntil ?? null
    if (this.#validUntil === null || this.#warned || this.#validUntil - clock.now() > SOON_MS) return
    this.#warned = true
    const validUntil = new Date(this.#validUntil).toISOString()
    logger.warn('the agent key expires soon: approve a new one before then', { agent: signer, validUntil })
  }

  /** What the venue said when it refused an action. */
  refused(message: string): void {
    const { logger, signer, owner } = this.#parts
    if (!SIGNER_TEXTS.some((prefix) => message.startsWith(prefix))) return
    const text = message.toLowerCase()
    // A stranger's address means that the venue hashed something else than was signed: one action's matter, not the key's.
    if (!text.includes(signer) && !text.includes(owner)) {
      logger.error('the venue recovered another signer than the one that signed', { signer, message })
      return
    }
    if (this.#refusal === null) logger.error('the venue no longer accepts the key', { signer, owner, message })
    this.#refusal = message
  }

  /** Asks whether the key acts for its owner again. @throws {VenueError} */
  async recheck(call: InfoCall): Promise<void> {
    const { info, logger, signer, owner } = this.#parts
    const role = await info.ask({ type: 'userRole', user: signer }, userRoleShape, call)
    const acts = role.role === 'agent' ? role.data.user === owner : role.role !== 'missing' && signer === owner
    if (!acts) return
    if (this.#refusal !== null) logger.info('the venue accepts the key again', { signer, owner })
    this.#refusal = null
  }

  /** The gate that it asks for at a time (ms); `null` for none. Exits are still tried: nothing is lost by a refusal. */
  gate(at: number): TradeGate | null {
    const { signer, owner } = this.#parts
    if (this.#refusal !== null) {
      const message = `The venue refuses the key ${signer} for ${owner} (${this.#refusal}). Approve an agent again; it is looked at every few minutes.`
      return { state: 'exit-only', reason: 'venue:not-authorised', message, changesAt: null }
    }
    if (this.#validUntil === null || at < this.#validUntil) return null
    const message = `The agent key ${signer} expired at ${new Date(this.#validUntil).toISOString()}: approve a new one.`
    return { state: 'exit-only', reason: 'venue:not-authorised', message, changesAt: null }
  }
}
