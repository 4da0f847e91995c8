import type { Logger } from '@portolan/core'
import { VenueError } from '@portolan/core'
import type { RpcCall, RpcEndpoint } from '../rpc/rpc-endpoint.ts'
import type { EndpointAnswer } from '../rpc/rpc-pool.ts'
import type { SignatureStatus, SolanaRpc } from '../rpc/solana-rpc.ts'

/** Blocks after which a node may have dropped what it knew: it must then say how far back it remembers. */
const REMEMBERED_BLOCKS = 5_000

/** A signature and the span in which its transaction can land. */
export interface SoughtSignature {
  readonly signature: string
  readonly lastValidBlockHeight: number
  /** A slot before which it cannot have landed. */
  readonly slot: number
}

/** What the network knows of a signature. */
export type Finding =
  /** It is in a block that will stay. */
  | { readonly kind: 'landed'; readonly finalized: boolean; readonly status: NonNullable<SignatureStatus> }
  /** It is in a block that may still be dropped. */
  | { readonly kind: 'processed' }
  /** Nobody who answered knows it, and it may still land. */
  | { readonly kind: 'pending'; readonly message: string }
  /** It can never land any more. */
  | { readonly kind: 'expired'; readonly message: string }

export interface SignatureSearchParts {
  readonly rpc: SolanaRpc
  readonly logger: Logger
  readonly commitment: 'confirmed' | 'finalized'
  /** Blocks past the last valid one. */
  readonly marginBlocks: number
}

/**
 * Finds out what became of a signature. A node that does not know it proves nothing: it may lag, or keep no history. That it has expired takes one and
 * the same node to say that the chain is past its last valid block, finally, and *then* that it is not in its history; and nobody else to know it.
 */
export class SignatureSearch {
  readonly #parts: SignatureSearchParts

  constructor(parts: SignatureSearchParts) {
    this.#parts = parts
  }

  /** @throws {VenueError} when nobody answers: nothing is known then. */
  async find(sought: SoughtSignature, call: RpcCall): Promise<Finding> {
    const { rpc } = this.#parts
    const { signature, lastValidBlockHeight } = sought
    const first = await rpc.signatureStatusEverywhere(signature, call)
    const known = this.#known(first)
    if (known !== null) return known
    const answered = first.filter(({ ok }) => ok).map(({ endpoint }) => endpoint)
    if (answered.length === 0) throw failureOf(first)
    const past = await this.#past(answered, sought, call)
    if (past.length === 0) {
      const message = `not known, and no endpoint can tell yet that it cannot land any more (block ${lastValidBlockHeight})`
      return { kind: 'pending', message }
    }
    // The history must be missed after the height has passed, not before.
    const last = await rpc.signatureStatusEverywhere(signature, call)
    const late = this.#known(last)
    if (late !== null) return late
    const witnesses = last.filter(({ ok, endpoint }) => ok && past.includes(endpoint))
    if (witnesses.length === 0) throw failureOf(last)
    // A second index of the same nodes: a status can be missing where the transaction is there.
    if ((await rpc.transaction(signature, call)) !== null)
      return { kind: 'pending', message: 'found, its status is not' }
    const message = `the chain is past block ${lastValidBlockHeight} and ${witnesses.length} of ${rpc.readers.length} endpoints miss it in their history`
    return { kind: 'expired', message }
  }

  /** Asks one endpoint, the healthiest whose turn it is; `null` when it is not known there. @throws {VenueError} */
  async peek(signature: string, turn: number, call: RpcCall): Promise<Finding | null> {
    const { readers } = this.#parts.rpc
    const endpoint = readers[turn % readers.length]
    if (endpoint === undefined) return null
    return this.#read(await this.#parts.rpc.signatureStatusAt(endpoint, signature, call))
  }

  /** Those that are past the last valid block, and still remember the slots in which it could land. */
  async #past(
    endpoints: readonly RpcEndpoint[],
    sought: SoughtSignature,
    call: RpcCall,
  ): Promise<readonly RpcEndpoint[]> {
    const found = await Promise.all(
      endpoints.map(async (endpoint) => {
        try {
          return (await this.#canWitness(endpoint, sought, call)) ? [endpoint] : []
        } catch (error) {
          call.signal.throwIfAborted()
          this.#parts.logger.debug('an RPC endpoint does not tell how far it is', { host: endpoint.host, error })
          return []
        }
      }),
    )
    return found.flat()
  }

  async #canWitness(
    endpoint: RpcEndpoint,
    { lastValidBlockHeight, slot }: SoughtSignature,
    call: RpcCall,
  ): Promise<boolean> {
    const { rpc, marginBlocks } = this.#parts
    const height = await rpc.blockHeightAt(endpoint, 'finalized', call)
    if (height <= lastValidBlockHeight + marginBlocks) return false
    if (height <= lastValidBlockHeight + REMEMBERED_BLOCKS) return true
    return (await rpc.firstAvailableSlot(endpoint, call)) <= slot
  }

  #known(answers: readonly EndpointAnswer<SignatureStatus>[]): Finding | null {
    const findings = answers.flatMap((answer) => (answer.ok ? [this.#read(answer.value)] : []))
    return (
      findings.find((finding) => finding?.kind === 'landed') ?? findings.find((finding) => finding !== null) ?? null
    )
  }

  #read(status: SignatureStatus): Finding | null {
    if (status === null) return null
    const { confirmationStatus } = status
    const finalized = confirmationStatus === 'finalized'
    const sure = finalized || (confirmationStatus === 'confirmed' && this.#parts.commitment === 'confirmed')
    return sure ? { kind: 'landed', finalized, status } : { kind: 'processed' }
  }
}

function failureOf(answers: readonly EndpointAnswer<unknown>[]): unknown {
  const failed = answers.find((answer) => !answer.ok)
  return failed?.ok === false ? failed.error : new VenueError('unavailable', 'no RPC endpoint answers questions')
}
