import { describe, expect, it } from 'vitest'
import { answer, payloadOf, request, startTrading } from '../harness/scripted-orders.ts'
import type { Reply } from '../harness/scripted-venue.ts'
import { until } from '../harness/until.ts'

const signal = new AbortController().signal
const ORDERS = 20

describe('orders', () => {
  it('are in flight together: none waits for the answer to another, and each gets its own', async () => {
    await using started = await startTrading({ options: { leverage: 3 } })
    const { server, venue } = started
    const waiting: { readonly oid: number; readonly reply: (reply: Reply) => void }[] = []
    let leverageRequests = 0
    server.exchange = (body) => {
      const action = body.action as { type: string; orders?: { c: string }[] }
      if (action.type === 'updateLeverage') {
        leverageRequests += 1
        return { json: { status: 'ok', response: { type: 'default' } } }
      }
      return new Promise((reply) =>
        waiting.push({ oid: Number(BigInt(action.orders?.[0]?.c ?? '0x0') % 1_000_000n), reply }),
      )
    }
    const orders = await Promise.all(
      Array.from({ length: ORDERS }, (_, n) =>
        venue.execution.prepare(request(n % 2 === 0 ? {} : { reduceOnly: true, side: 'sell' }), signal),
      ),
    )
    const nonces = orders.map((order) => payloadOf(order).nonce)
    expect(nonces).toEqual([...new Set(nonces)].sort((a, b) => a - b))
    const outcomes = Promise.all(orders.map((order) => venue.execution.submit(order, signal)))
    await until('all of them in flight', () => waiting.length === ORDERS)
    // Openings of one instrument share one setting of its leverage.
    expect(leverageRequests).toBe(1)
    for (const { oid, reply } of waiting.reverse()) reply(answer({ filled: { totalSz: '0.001', avgPx: '80000', oid } }))
    const expected = orders.map((order) => String(BigInt(order.id) % 1_000_000n))
    expect((await outcomes).map((outcome) => ('orderId' in outcome ? outcome.orderId : outcome.kind))).toEqual(expected)
  })

  it('do not wait for a cancel, nor a cancel for them', async () => {
    await using started = await startTrading()
    const { server, venue } = started
    const pending: ((reply: Reply) => void)[] = []
    server.exchange = () => new Promise((reply) => pending.push(reply))
    const [one, two] = [
      await venue.execution.prepare(request(), signal),
      await venue.execution.prepare(request(), signal),
    ]
    const submitted = venue.execution.submit(one, signal)
    const cancelled = venue.execution.cancel?.(two, signal)
    await until('both', () => pending.length === 2)
    for (const reply of pending) reply(answer({ resting: { oid: 7 } }))
    expect(await submitted).toMatchObject({ kind: 'resting' })
    expect(await cancelled).toMatchObject({ kind: 'unknown' })
  })
})
