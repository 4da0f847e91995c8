import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clientOrderId } from '../../src/execution/client-order-id.ts'
import { NonceSequence, nonceSequence } from '../../src/execution/nonce-sequence.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const now = Date.UTC(2026, 0, 15)

describe('nonces', () => {
  it('rise strictly, whatever the clock does', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2_000_000_000_000 }), { minLength: 1 }), (times) => {
        const sequence = new NonceSequence()
        const nonces = times.map((time) => sequence.next(time))
        for (const [index, nonce] of nonces.entries()) {
          expect(nonce).toBeGreaterThan(nonces[index - 1] ?? -1)
          expect(nonce).toBeGreaterThanOrEqual(times[index] ?? 0)
        }
      }),
    )
  })

  it('are shared by all that sign with the same key, and by nobody else', () => {
    expect(nonceSequence('http://b', 'one').next(1000)).toBe(1000)
    expect(nonceSequence('http://b', 'one').next(1000)).toBe(1001)
    expect(nonceSequence('http://b', 'two').next(1000)).toBe(1000)
  })

  it('begin above those that the ledger hands back, after a restart with a clock that stepped back', () => {
    const sequence = new NonceSequence()
    sequence.used(now, now - HOUR)
    expect(sequence.next(now - HOUR)).toBe(now + 1)
  })

  it('are not spoiled by a nonce that the venue cannot have taken', () => {
    const sequence = new NonceSequence()
    sequence.used(Number.MAX_SAFE_INTEGER, now)
    sequence.used(now + DAY, now)
    expect(sequence.next(now)).toBe(now)
  })

  it('skip over those of a former process whose clock was ahead, and stay in the window of the venue', () => {
    // The venue has a hundred nonces up to `ahead` and takes only higher ones.
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 6 * HOUR }), (ahead) => {
        const sequence = new NonceSequence()
        let refusals = 0
        let nonce = sequence.next(now)
        while (nonce <= now + ahead) {
          sequence.refused(now)
          refusals += 1
          nonce = sequence.next(now)
        }
        expect(refusals).toBeLessThan(6)
        for (let n = 0; n < 50; n += 1) sequence.refused(now)
        expect(sequence.next(now)).toBeGreaterThan(nonce)
        expect(sequence.next(now)).toBeLessThan(now + DAY)
      }),
    )
  })
})

describe('client order ids', () => {
  it('are 128 bits, the same for the same intent and different for others', () => {
    expect(clientOrderId('intent-1')).toMatch(/^0x[0-9a-f]{32}$/)
    expect(clientOrderId('intent-1')).toBe(clientOrderId('intent-1'))
    expect(clientOrderId('intent-1')).not.toBe(clientOrderId('intent-2'))
  })
})
