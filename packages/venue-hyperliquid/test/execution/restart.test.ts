import type { SealedOrder } from '@portolan/core'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { refusal, request, stateAt } from '../harness/scripted-orders.ts'
import type { ScriptedVenue } from '../harness/scripted-venue.ts'
import { startVenue } from '../harness/started-venue.ts'
import { ManualClock, testContext, throwawaySigner } from '../harness/test-context.ts'

const signal = new AbortController().signal
const HOUR = 3_600_000
const DAY = 24 * HOUR

/** The venue's rules for nonces: unused, above the smallest of the hundred highest, and near its time. */
function nonceRules() {
  const used: number[] = []
  return {
    used,
    take: (nonce: number, now: number): string | null => {
      const kept = [...used].sort((a, b) => b - a).slice(0, 100)
      if (nonce <= now - 2 * DAY || nonce >= now + DAY) return `Invalid nonce: ${nonce} is out of the window`
      if (used.includes(nonce)) return `Invalid nonce: duplicate nonce ${nonce}`
      if (kept.length === 100 && nonce < (kept.at(-1) ?? 0)) return 'Invalid nonce: too low'
      used.push(nonce)
      return null
    },
  }
}

describe('a process that starts anew', () => {
  /** Another process: modules of its own, and so no memory of what was signed. */
  async function anotherProcess() {
    vi.resetModules()
    const { HyperliquidVenue } = await import('../../src/adapter/hyperliquid-venue.ts')
    return HyperliquidVenue
  }

  async function setUp(venueNow: () => number) {
    const rules = nonceRules()
    const script = (server: ScriptedVenue) => {
      server.info.set('clearinghouseState', () => ({ json: stateAt(venueNow()) }))
      server.info.set('orderStatus', () => ({ json: { status: 'unknownOid' } }))
      server.info.set('userFillsByTime', () => ({ json: [] }))
      server.exchange = (body) => {
        const nonce = body.nonce as number
        const expiresAfter = body.expiresAfter as number
        if (expiresAfter < venueNow()) return refusal('Action already expired')
        const problem = rules.take(nonce, venueNow())
        if (problem !== null) return refusal(problem)
        return { json: { status: 'ok', response: { type: 'order', data: { statuses: [{ resting: { oid: 1 } }] } } } }
      }
    }
    return { rules, script }
  }

  async function trade(
    url: string,
    clock: ManualClock,
    signer: ReturnType<typeof throwawaySigner>,
    orders: number,
    known?: SealedOrder,
  ) {
    const Venue = await anotherProcess()
    const context = testContext({ clock, signer, options: { network: 'simulator', url } })
    await using venue = new Venue(context, () => 0.5)
    await venue.start(signal)
    if (known !== undefined) await venue.execution.lookup(known, signal)
    const done: { readonly kind: string; readonly order: SealedOrder }[] = []
    for (let n = 0; n < orders; n += 1) {
      const order = await venue.execution.prepare(request(), signal)
      done.push({ kind: (await venue.execution.submit(order, signal)).kind, order })
    }
    return done
  }

  it('with a clock that stepped back uses no nonce again, and its orders are not expired when they arrive', async () => {
    const signer = throwawaySigner()
    const first = new ManualClock()
    let venueNow = first.now()
    const { rules, script } = await setUp(() => venueNow)
    await using started = await startVenue({ script, context: { signer } })
    const before = await trade(started.server.url, first, signer, 3)
    venueNow += 1000
    const after = await trade(started.server.url, new ManualClock(venueNow - HOUR), signer, 3)
    expect([...before, ...after].map(({ kind }) => kind)).toEqual(Array.from({ length: 6 }, () => 'resting'))
    expect(new Set(rules.used).size).toBe(6)
  })

  it('after one whose clock was ahead begins above what the ledger hands back', async () => {
    const signer = throwawaySigner()
    const ahead = new ManualClock()
    const venueNow = ahead.now() - HOUR
    const { rules, script } = await setUp(() => venueNow)
    await using started = await startVenue({ script, context: { signer } })
    const before = await trade(started.server.url, ahead, signer, 120)
    const last = before.at(-1)?.order
    const after = await trade(started.server.url, new ManualClock(venueNow), signer, 3, last)
    expect(after.map(({ kind }) => kind)).toEqual(['resting', 'resting', 'resting'])
    expect(rules.used).toEqual([...rules.used].sort((a, b) => a - b))
  })

  it('with a clock that is ahead gives its orders an expiry by the time of the venue, so that their fate is soon known', async () => {
    const ahead = new ManualClock()
    const venueNow = ahead.now() - HOUR
    const { script } = await setUp(() => venueNow)
    await using started = await startVenue({ script, context: { signer: throwawaySigner() } })
    const [traded] = await trade(started.server.url, ahead, throwawaySigner(), 1)
    expect(traded).toMatchObject({ kind: 'resting', order: { expiresAt: venueNow + 15_000 } })
  })

  it('that knows nothing of it skips over the refused ones: none of its orders is lost for good', async () => {
    const signer = throwawaySigner()
    const ahead = new ManualClock()
    const venueNow = ahead.now() - HOUR
    const { script } = await setUp(() => venueNow)
    await using started = await startVenue({ script, context: { signer } })
    // It could not ask for the venue's time, or it would have followed it.
    started.server.info.set('clearinghouseState', () => ({ status: 500, text: '' }))
    await trade(started.server.url, ahead, signer, 120)
    script(started.server)
    const kinds = (await trade(started.server.url, new ManualClock(venueNow), signer, 6)).map(({ kind }) => kind)
    // A refused nonce proves nothing by itself: the order expires.
    expect(kinds.slice(0, 2)).toEqual(['unknown', 'unknown'])
    expect(kinds.slice(-2)).toEqual(['resting', 'resting'])
  })
})

describe('nonces', () => {
  it('are accepted once each, whatever processes and clocks do, as long as a process can ask for the time', async () => {
    const { NonceSequence } = await import('../../src/execution/nonce-sequence.ts')
    const step = fc.record({
      restart: fc.boolean(),
      skewMs: fc.integer({ min: -3 * DAY, max: 0 }),
      passMs: fc.nat({ max: 60_000 }),
      orders: fc.integer({ min: 1, max: 30 }),
    })
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 20 }), (steps) => {
        const rules = nonceRules()
        let venueNow = Date.UTC(2026, 0, 15)
        let sequence = new NonceSequence()
        for (const { restart, skewMs, passMs, orders } of steps) {
          // Orders of a former process arrived before, so that the venue's time has passed theirs.
          venueNow += passMs + 100
          if (restart) sequence = new NonceSequence()
          for (let n = 0; n < orders; n += 1) {
            const nonce = sequence.next(Math.max(venueNow + skewMs, venueNow))
            expect(rules.take(nonce, venueNow)).toBeNull()
          }
        }
      }),
    )
  })
})
