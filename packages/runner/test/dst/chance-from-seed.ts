import { createHash } from 'node:crypto'
import { seededRandom } from '../../src/lookahead/seeded-random.ts'

/**
 * What adapters have from the platform beside their context, made to go the same way each time: chance, by which they spread reconnects, comes from the
 * seed, and digests, which the platform computes on another thread, are there at once.
 */
export async function withChanceFromSeed<T>(seed: number, run: () => Promise<T>): Promise<T> {
  const { random } = Math
  const { subtle } = globalThis.crypto
  const digest = Object.getOwnPropertyDescriptor(subtle, 'digest')
  Math.random = seededRandom(seed ^ 0xc4a2ce)
  Object.defineProperty(subtle, 'digest', { configurable: true, value: hashNow })
  try {
    return await run()
  } finally {
    Math.random = random
    if (digest === undefined) Reflect.deleteProperty(subtle, 'digest')
    else Object.defineProperty(subtle, 'digest', digest)
  }
}

async function hashNow(algorithm: string | { readonly name: string }, data: Uint8Array): Promise<ArrayBuffer> {
  const name = typeof algorithm === 'string' ? algorithm : algorithm.name
  const hash = createHash(name.replace('-', '')).update(data).digest()
  return Uint8Array.from(hash).buffer
}
