import type { KnownAction } from './actions.ts'
import { parseAction } from './actions.ts'
import type { Json } from './codec.ts'
import { address, DeserializeError, isObject, textOr, uint } from './codec.ts'

/** A request to `/exchange`, or the payload of an `action` post on the socket. */
export interface Envelope {
  readonly action: KnownAction
  readonly nonce: number
  readonly signature: { readonly r: string; readonly s: string; readonly v: number }
  readonly vaultAddress: string | null
  readonly expiresAfter: number | null
}

/** Reads a request. @throws {DeserializeError} */
export function parseEnvelope(body: unknown): Envelope {
  if (!isObject(body)) throw new DeserializeError('expected a map')
  const { signature } = body
  if (!isObject(signature)) throw new DeserializeError('missing field `signature`')
  const { r, s, v } = signature
  if (typeof r !== 'string' || typeof s !== 'string' || typeof v !== 'number') {
    throw new DeserializeError('invalid signature')
  }
  return {
    action: parseAction(body.action),
    nonce: number(body, 'nonce') ?? fail('nonce'),
    signature: { r, s, v },
    vaultAddress: body.vaultAddress == null ? null : textOr(address(body.vaultAddress), ''),
    expiresAfter: number(body, 'expiresAfter'),
  }
}

function number(body: Json, key: string): number | null {
  return body[key] == null ? null : Number(uint(body[key]))
}

function fail(key: string): never {
  throw new DeserializeError(`missing field \`${key}\``)
}
