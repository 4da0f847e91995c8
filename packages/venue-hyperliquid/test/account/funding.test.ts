import { describe, expect, it } from 'vitest'
import { publicKeyAddress } from '../../src/signing/index.ts'
import type { ScriptedVenue } from '../harness/scripted-venue.ts'
import type { StartedVenue } from '../harness/started-venue.ts'
import { startVenue } from '../harness/started-venue.ts'
import { throwawaySigner } from '../harness/test-context.ts'
import { settle, until } from '../harness/until.ts'

const signal = new AbortController().signal
const signer = throwawaySigner()
const user = publicKeyAddress(signer.publicKey)
const HOUR = 3_600_000

const payment = (time: number, coin: string, usdc: string) => ({
  time,
  hash: `0x${'00'.repeat(32)}`,
  delta: { type: 'funding', coin, usdc, szi: '1.0', fundingRate: '0.0000125', nSamples: null },
})
const told = (time: number, coin: string, usdc: string) => ({ time, coin, usdc, szi: '1.0', fundingRate: '0.0000125' })

/** 500 elements a page, from `startTime`, oldest first. */
const serve = (payments: readonly { time: number }[]) => (server: ScriptedVenue) =>
  void server.info.set('userFunding', ({ startTime }) => ({
    json: payments.filter(({ time }) => time >= (startTime as number)).slice(0, 500),
  }))
const start = (script: (server: ScriptedVenue) => void, options: object = {}) =>
  startVenue({ script, options: { ...options }, context: { signer } })
const read = ({ venue }: StartedVenue, cursor: string | null = null) => {
  if (venue.account.funding === undefined) throw new Error('no funding')
  return venue.account.funding(cursor, signal)
}
const payments = ({ context }: StartedVenue) =>
  context.events.flatMap((event) => (event.type === 'funding' ? [event.payment] : []))

describe('funding', () => {
  it('is what was paid and received, from the cursor on, over all pages', async () => {
    // Three coins an hour: no page ends between two hours.
    const all = Array.from({ length: 1700 }, (_, n) =>
      payment(HOUR * Math.floor(n / 3), ['BTC', 'ETH', 'kPEPE'][n % 3] ?? '', n % 2 === 0 ? '-0.5' : '0.25'),
    )
    await using started = await start(serve(all))
    const first = await read(started)
    expect(first.payments).toHaveLength(1700)
    expect(first.payments[1]).toEqual({ id: 'funding:0:ETH', instrument: 'ETH', amount: '0.25', at: 0 })
    expect(first.payments[0]?.amount).toBe('-0.5')
    all.push(payment(HOUR * 566, 'NEW', '1'), payment(HOUR * 567, 'BTC', '2'))
    const second = await read(started, first.cursor)
    expect(second.payments.slice(-2).map(({ id }) => id)).toEqual([
      `funding:${HOUR * 566}:NEW`,
      `funding:${HOUR * 567}:BTC`,
    ])
    expect(second.payments.length).toBeLessThan(6)
  })

  it('of dexes that are not traded is left out', async () => {
    const all = [payment(1, 'BTC', '1'), payment(1, 'xyz:SP500', '2'), payment(1, 'km:US500', '3')]
    const dexes = (server: ScriptedVenue) => {
      serve(all)(server)
      server.info.set('perpDexs', () => ({ json: [null, { name: 'xyz' }] }))
      const meta = server.info.get('meta')
      server.info.set('meta', (body) =>
        body.dex === 'xyz'
          ? { json: { universe: [{ name: 'xyz:SP500', szDecimals: 2, maxLeverage: 20 }] } }
          : (meta?.(body) ?? 'reset'),
      )
    }
    await using started = await start(dexes, { dexes: ['xyz'] })
    expect((await read(started)).payments.map(({ instrument }) => instrument)).toEqual(['BTC', 'xyz:SP500'])
  })

  it('is refused as a whole when an element is not as it should be', async () => {
    await using started = await start(serve([payment(1, 'BTC', '1'), payment(2, 'BTC', '1e5')]))
    await expect(read(started)).rejects.toThrow(/info userFunding: field 1\.delta\.usdc/)
    await expect(read(started, 'x')).rejects.toMatchObject({ code: 'misconfigured' })
  })

  it('comes on the stream with the same ids, each once, and old payments of the first snapshot not at all', async () => {
    await using started = await start(serve([]))
    const now = started.clock.now()
    await until('subscribed', () =>
      started.server.frames.some(
        ({ message }) => (message.subscription as { type?: string } | undefined)?.type === 'userFundings',
      ),
    )
    const send = (list: readonly object[], changes: object = {}) =>
      started.server.broadcast({ channel: 'userFundings', data: { user, fundings: list, ...changes } })
    send([told(now - HOUR, 'BTC', '9'), told(now - 5, 'BTC', '-0.1')], { isSnapshot: true })
    send([told(now + HOUR, 'ETH', '0.2'), told(now + HOUR, 'BTC', '-0.3')])
    send([told(now - HOUR, 'BTC', '9'), told(now + HOUR, 'BTC', '-0.3'), told(now + 2 * HOUR, 'BTC', '1')], {
      isSnapshot: true,
    })
    send([told(now + 3 * HOUR, 'BTC', '7')], { user: `0x${'11'.repeat(20)}` })
    send([told(now + 3 * HOUR, '@107', '7')])
    await until('all', () => payments(started).length >= 4)
    await settle()
    expect(payments(started).map(({ id, amount }) => [id, amount])).toEqual([
      [`funding:${now - 5}:BTC`, '-0.1'],
      [`funding:${now + HOUR}:ETH`, '0.2'],
      [`funding:${now + HOUR}:BTC`, '-0.3'],
      [`funding:${now + 2 * HOUR}:BTC`, '1'],
    ])
    serve([payment(now + HOUR, 'ETH', '0.2')])(started.server)
    expect((await read(started)).payments[0]).toEqual(payments(started)[1])
  })
})
