import { createHash } from 'node:crypto'
import { ed25519 } from '@noble/curves/ed25519.js'
import { base58 } from '@scure/base'

/** A key that nobody else has, to be looked for. There is no money behind it anywhere. */
export const MARKER = Uint8Array.from(createHash('sha256').update('a marker, not a key').digest())
export const MARKER_HEX = Buffer.from(MARKER).toString('hex')
/** As Solana's own tools write it: secret and public half. */
export const MARKER_PAIR = Uint8Array.from([...MARKER, ...ed25519.getPublicKey(MARKER)])

const FORMS: readonly (readonly [string, string])[] = [MARKER, MARKER_PAIR].flatMap((bytes) => {
  const buffer = Buffer.from(bytes)
  return [
    ['hex', buffer.toString('hex')],
    ['base58', base58.encode(bytes)],
    ['base64', buffer.toString('base64').replace(/=+$/, '')],
    ['base64url', buffer.toString('base64url')],
    ['numbers', [...bytes].join(',')],
    ['decimal', BigInt(`0x${buffer.toString('hex')}`).toString()],
    ['raw', buffer.toString('latin1')],
  ] as const
})

/** In which forms the marker is somewhere in this; read as text and as bytes. */
export function formsIn(found: string | Buffer): readonly string[] {
  const text = typeof found === 'string' ? found : found.toString('latin1')
  const dense = text.replaceAll(/[\s"']/g, '')
  const small = text.toLowerCase()
  return FORMS.filter(([form, secret]) =>
    form === 'hex' ? small.includes(secret) : text.includes(secret) || (form === 'numbers' && dense.includes(secret)),
  ).map(([form]) => form)
}
