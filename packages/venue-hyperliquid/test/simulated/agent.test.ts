import { describe, expect, it } from 'vitest'
import { privateKeySigner, signatureFromBytes, USER_SIGNED_TYPES, userSignedDigest } from '../../src/signing/index.ts'
import { startSimulator } from '../../src/simulator/index.ts'
import { throwawaySigner } from '../harness/test-context.ts'
import { simulatedVenue } from './simulated-venue.ts'

const signal = new AbortController().signal
const MASTER_KEY = '0x0123456789012345678901234567890123456789012345678901234567890123'
const AGENT_KEY = new Uint8Array(32).fill(7)

async function approveAgent(url: string, now: number): Promise<unknown> {
  const master = privateKeySigner(MASTER_KEY)
  const action = {
    type: 'approveAgent',
    signatureChainId: '0x66eee',
    hyperliquidChain: 'Testnet',
    agentAddress: privateKeySigner(AGENT_KEY).address,
    agentName: 'portolan',
    nonce: now,
  }
  const signature = signatureFromBytes(master.sign(userSignedDigest(action, USER_SIGNED_TYPES.approveAgent)))
  const body = JSON.stringify({ action, nonce: now, signature })
  const response = await fetch(`${url}/exchange`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  })
  return response.json()
}

describe('an approved agent', () => {
  it('trades the account of its master, which is the one that is read', async () => {
    const master = privateKeySigner(MASTER_KEY).address
    await using sim = await simulatedVenue({
      signer: throwawaySigner(AGENT_KEY),
      beforeStart: async (simulator, now) => {
        expect(await approveAgent(simulator.url, now)).toMatchObject({ status: 'ok' })
      },
    })
    const request = await sim.request({})
    const order = await sim.venue.execution.prepare(request, signal)
    expect(await sim.venue.execution.submit(order, signal)).toMatchObject({ kind: 'filled' })
    expect(await sim.venue.account.positions(signal)).toMatchObject([{ instrument: 'BTC', quantity: request.quantity }])
    expect(await sim.venue.execution.lookup(order, signal)).toMatchObject({ kind: 'filled' })
    const traded = sim.simulator.executions().filter((account) => account.fills.length > 0)
    expect(traded.map((account) => account.address)).toEqual([master])
  })
})

describe('a key that nobody knows', () => {
  it('is not authorised', async () => {
    const fund = { [privateKeySigner(MASTER_KEY).address]: 1000 }
    await using sim = await simulatedVenue({ simulator: { fund }, signer: throwawaySigner(AGENT_KEY) })
    const order = await sim.prepare()
    expect(await sim.venue.execution.submit(order, signal)).toMatchObject({
      kind: 'rejected',
      reason: 'not-authorised',
    })
  })
})

describe('two adapters with one key', () => {
  it('do not get into the way of each other', async () => {
    await using simulator = await startSimulator({
      clock: { speed: 0, anchorMs: Date.UTC(2026, 0, 15) },
      seed: 'adapter',
    })
    const shared = { signer: throwawaySigner(), options: { url: simulator.url } }
    await using one = await simulatedVenue(shared)
    await using two = await simulatedVenue(shared)
    const orders = await Promise.all(
      Array.from({ length: 10 }, (_, n) => (n % 2 === 0 ? one : two).prepare({ usd: 50 })),
    )
    const outcomes = await Promise.all(
      orders.map((order, n) => (n % 2 === 0 ? one : two).venue.execution.submit(order, signal)),
    )
    expect(outcomes.map((outcome) => outcome.kind)).toEqual(Array.from({ length: 10 }, () => 'filled'))
  })
})
