import type { Address } from '@solana/kit'
import type { Commitment, Config } from '../rpc/params.ts'
import { addressAt, commitmentOf, configAt, isConfig, signatureOf } from '../rpc/params.ts'
import { invalidParams } from '../rpc/rpc-error.ts'

/** What somebody wants to be told of. */
export type Topic =
  | { readonly kind: 'slot' }
  | { readonly kind: 'root' }
  | { readonly kind: 'account'; readonly address: Address; readonly config: Config }
  | { readonly kind: 'program'; readonly program: Address; readonly config: Config }
  | { readonly kind: 'logs'; readonly mentions: Address | null }
  | { readonly kind: 'signature'; readonly signature: string; readonly tellsReceipt: boolean }

export type TopicKind = Topic['kind']

/** @throws {RpcError} when the parameters are not those of the method. */
export function readTopic(kind: TopicKind, params: readonly unknown[]): { topic: Topic; commitment: Commitment } {
  const config = configAt(params, 1)
  const commitment = commitmentOf(config)
  switch (kind) {
    case 'slot':
    case 'root':
      return { topic: { kind }, commitment: 'processed' }
    case 'account':
      return { topic: { kind, address: addressAt(params, 0), config }, commitment }
    case 'program':
      return { topic: { kind, program: addressAt(params, 0), config }, commitment }
    case 'logs':
      return { topic: { kind, mentions: mentions(params[0]) }, commitment }
    case 'signature': {
      const tellsReceipt = config.enableReceivedNotification === true
      return { topic: { kind, signature: signatureOf(params[0]), tellsReceipt }, commitment }
    }
  }
}

function mentions(filter: unknown): Address | null {
  if (filter === 'all' || filter === 'allWithVotes') return null
  if (!isConfig(filter) || !Array.isArray(filter.mentions) || filter.mentions.length !== 1) {
    throw invalidParams('Invalid Request: Only 1 address supported')
  }
  return addressAt(filter.mentions, 0)
}
