import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clientOrderId } from '../../src/execution/client-order-id.ts'
import { nextNonce } from '../../src/execution/nonce-sequence.ts'

describe('nonces', () => {
  it('rise strictly, whatever the clock does', () => {
    let run = 0
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2_000_000_000_000 }), { minLength: 1 }), (times) => {
        run += 1
        const nonces = times.map((now) => nextNonce('http://a', `signer ${run}`, now))
        for (const [index, nonce] of nonces.entries()) {
          expect(nonce).toBeGreaterThan(nonces[index - 1] ?? -1)
          expect(nonce).toBeGreaterThanOrEqual(times[index] ?? 0)
        }
      }),
    )
  })

  it('are shared by all that sign with the same key, and by nobody else', () => {
    expect(nextNonce('http://b', 'one', 1000)).toBe(1000)
    expect(nextNonce('http://b', 'one', 1000)).toBe(1001)
    expect(nextNonce('http://b', 'two', 1000)).toBe(1000)
  })
})

describe('client order ids', () => {
  it('are 128 bits, the same for the same intent and different for others', () => {
    expect(clientOrderId('intent-1')).toMatch(/^0x[0-9a-f]{32}$/)
    expect(clientOrderId('intent-1')).toBe(clientOrderId('intent-1'))
    expect(clientOrderId('intent-1')).not.toBe(clientOrderId('intent-2'))
  })
})
