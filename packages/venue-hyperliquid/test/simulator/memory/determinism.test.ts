import { expect, it } from 'vitest'
import { l1ActionDigest, privateKeySigner, signatureFromBytes } from '../../../src/signing/index.ts'
import { createSimulatedVenue } from '../../../src/simulator/index.ts'
import { ManualClock } from '../../harness/manual-clock.ts'
import { drain, pass } from './virtual-time.ts'

const signer = privateKeySigner(Uint8Array.from({ length: 32 }, (_, index) => index + 1))

/** A session of half an hour with everything that depends on chance; returns all that was told, with its times. */
async function transcript(seed: string): Promise<string[]> {
  const clock = new ManualClock(1_795_366_830_000)
  using venue = createSimulatedVenue({
    clock,
    seed,
    latencyMs: [3, 90],
    faults: [
      { kind: 'lost-answer', probability: 0.2, path: '/exchange' },
      { kind: 'duplicate-frame', probability: 0.1 },
      { kind: 'delayed-frame', probability: 0.05, ms: 700 },
      { kind: 'rate-limited', probability: 0.1, path: '/info' },
    ],
  })
  const lines: string[] = []
  const say = (what: string) => void lines.push(`${clock.now()} ${what}`)
  const connection = venue.connect(venue.wsUrl, {
    onOpen: () => {
      for (const type of ['orderUpdates', 'userFills', 'userEvents']) {
        connection.send(JSON.stringify({ method: 'subscribe', subscription: { type, user: signer.address } }))
      }
      connection.send(JSON.stringify({ method: 'subscribe', subscription: { type: 'trades', coin: 'SOL' } }))
    },
    onMessage: say,
    onClose: (code) => say(`closed ${code}`),
  })
  const post = (path: string, body: unknown) => {
    venue
      .fetch(venue.url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      .then((response) => response.text().then((text) => say(`${response.status} ${text.slice(0, 500)}`)))
      .catch((error: unknown) => say(String(error)))
  }
  for (let minute = 0; minute < 10; minute++) {
    const nonce = clock.now()
    const order = {
      a: 1,
      b: minute % 3 > 0,
      p: minute % 3 > 0 ? '4000' : '1500',
      s: '0.5',
      r: false,
      t: { limit: { tif: 'Ioc' } },
    }
    const action = { type: 'order', orders: [order], grouping: 'na' }
    const signature = signatureFromBytes(
      signer.sign(l1ActionDigest(action, { nonce, vaultAddress: undefined, expiresAfter: undefined, isMainnet: true })),
    )
    post('/exchange', { action, nonce, signature })
    post('/info', { type: 'clearinghouseState', user: signer.address })
    await pass(clock, 10_000, 100)
  }
  connection.close()
  await pass(clock, 500)
  await drain()
  lines.push(JSON.stringify(venue.executions()))
  return lines
}

it('the same seed and the same requests at the same times give the same, to the byte', async () => {
  const [first, second] = [await transcript('a'), await transcript('a')]
  expect(first.length).toBeGreaterThan(100)
  expect(second).toEqual(first)
  expect(await transcript('b')).not.toEqual(first)
})
