import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { namedInError, readFrame, subscriptionKey } from '../../src/socket/frame.ts'

/** The key of the subscription that an acknowledgement echoes. */
function acknowledged(subscription: unknown): string {
  const frame = readFrame(
    JSON.stringify({ channel: 'subscriptionResponse', data: { method: 'subscribe', subscription } }),
  )
  return frame.kind === 'ack' ? subscriptionKey(frame.subscription) : frame.kind
}

describe('an acknowledgement', () => {
  it('is that of the subscription, whatever defaults the venue fills in', () => {
    const mids = subscriptionKey({ type: 'allMids' })
    for (const dex of [undefined, null, '']) expect(acknowledged({ type: 'allMids', dex })).toBe(mids)
    expect(acknowledged({ type: 'allMids', dex: 'xyz' })).toBe(subscriptionKey({ type: 'allMids', dex: 'xyz' }))
    expect(acknowledged({ type: 'allMids', dex: 'xyz' })).not.toBe(mids)
    const user = '0xABCDEF0000000000000000000000000000000001'
    expect(acknowledged({ type: 'userFills', user: user.toLowerCase(), aggregateByTime: false })).toBe(
      subscriptionKey({ type: 'userFills', user }),
    )
    expect(acknowledged({ type: 'l2Book', coin: 'BTC', nSigFigs: null, mantissa: null, fast: false })).toBe(
      subscriptionKey({ type: 'l2Book', coin: 'BTC' }),
    )
  })

  it('may come as an error', () => {
    const subscription = JSON.stringify({ type: 'trades', coin: 'BTC' })
    expect(namedInError(`Already subscribed: ${subscription}`)).toEqual({ method: 'subscribe', key: 'trades:BTC' })
    expect(namedInError(`Already unsubscribed: ${subscription}`)).toEqual({ method: 'unsubscribe', key: 'trades:BTC' })
    expect(namedInError('Cannot track more than 15 total users.')).toBeNull()
  })
})

describe('a text', () => {
  it('never breaks the reader, and is a message only when it is one', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const frame = readFrame(text)
        expect(['malformed', 'data']).toContain(frame.kind)
      }),
    )
  })
})
