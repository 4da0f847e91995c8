import { describe, expect, it } from 'vitest'
import type { JournalRecord } from '../../src/simulator/index.ts'
import { createSimulatedChain } from '../../src/simulator/index.ts'
import type { Loose } from './start-test-chain.ts'
import { TEST_NOW } from './start-test-chain.ts'
import { TestWallet } from './test-wallet.ts'
import { VirtualClock } from './virtual-clock.ts'

function memoryChain(options: object = {}, records: readonly JournalRecord[] = []) {
  const clock = new VirtualClock(TEST_NOW)
  const journal: JournalRecord[] = []
  const chain = createSimulatedChain({
    options: { limits: 'off', slotMs: 400, ...options },
    clock,
    saved: { records, journal: { append: (record) => void journal.push(structuredClone(record)) } },
  })
  const { rpcUrl: base, wsUrl: ws, usdcMint: usdc, mints } = chain.announcement as Loose
  const post = async (path: string, body: unknown): Promise<Loose> =>
    await (await chain.fetch(base + path, { method: 'POST', body: JSON.stringify(body) })).json()
  const call = (method: string, params: unknown[] = []) => post('/', { jsonrpc: '2.0', id: 1, method, params })
  const client = {
    call,
    rpc: async (method: string, ...params: unknown[]): Promise<Loose> => (await call(method, params)).result,
    get: async (path: string): Promise<Loose> => await (await chain.fetch(base + path)).json(),
    airdrop: async (address: string, sol: number, usdc: number) => {
      await post('/simulator/airdrop', { address, sol, usdc })
    },
    slots: (count: number) => clock.pass(count * 400),
  }
  const mint = String(mints.find(({ symbol }: Loose) => symbol === 'ATLAS').mint)
  return { chain, clock, client, journal, mint, usdc: String(usdc), post, base: String(base), ws: String(ws) }
}

async function trade({ chain, client, clock, mint, usdc, ws }: ReturnType<typeof memoryChain>): Promise<string[]> {
  const seen: string[] = []
  const connection = chain.connect(ws, {
    onOpen: () => connection.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'slotSubscribe', params: [] })),
    onMessage: (text) => seen.push(text),
    onClose: (code) => seen.push(`closed ${code}`),
  })
  const wallet = await TestWallet.funded(client, 5, 1_000, 7)
  for (let swaps = 0; swaps < 3; swaps++) {
    const landed = await wallet.swap(usdc, mint, String(5_000_000 + swaps))
    seen.push(JSON.stringify([landed.signature, landed.err, String(landed.delta(mint))]))
  }
  connection.close()
  await clock.pass(400)
  return seen
}

describe('a chain in memory', () => {
  it('is the same to the byte for the same seed and calls, faults included', async () => {
    const faults = { 'duplicate-notification': 0.2, dropped: 0.2, 'lost-notification': 0.1 }
    const run = async (seed: string) => {
      const parts = memoryChain({ seed, faults: { ...faults, dropped: 0 } })
      const seen = await trade(parts)
      return { seen, journal: parts.journal }
    }
    const first = await run('a')
    expect(first.seen.length).toBeGreaterThan(15)
    expect(first.seen.at(-1)).toBe('closed 1000')
    expect(await run('a')).toEqual(first)
    expect((await run('b')).seen).not.toEqual(first.seen)
  })

  it('is made again from its journal alone', async () => {
    const first = memoryChain()
    await trade(first)
    const second = memoryChain({}, first.journal)
    await second.clock.pass(first.clock.now() - second.clock.now())
    const look = async ({ client }: ReturnType<typeof memoryChain>) => await client.get('/simulator/executions')
    expect(await look(second)).toEqual(await look(first))
    expect([...second.chain.world.chain.capture()]).toEqual([...first.chain.world.chain.capture()])
  })

  it('breaks as fetch and sockets break', async () => {
    const { chain, clock, post, base, ws } = memoryChain()
    await post('/simulator/faults', [{ kind: 'lost-reply' }, { kind: 'slow-answer', ms: 5_000 }])
    const ask = (signal?: AbortSignal) =>
      chain.fetch(base, {
        method: 'POST',
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'getSlot' }),
        ...(signal === undefined ? {} : { signal }),
      })
    await expect(ask()).rejects.toThrow(TypeError)
    const abort = new AbortController()
    const slow = ask(abort.signal)
    abort.abort(new Error('too long'))
    await expect(slow).rejects.toThrow('too long')
    const closed: number[] = []
    const handlers = {
      onOpen: () => undefined,
      onMessage: () => undefined,
      onClose: (code: number) => closed.push(code),
    }
    const nowhere = chain.connect(`${ws}/node/9`, handlers)
    const dropped = chain.connect(ws, handlers)
    await clock.pass(1)
    expect(() => nowhere.send('{}')).toThrow('not open')
    expect(closed).toEqual([1006])
    await post('/simulator/drop-sockets', {})
    await clock.pass(1)
    expect(closed).toEqual([1006, 1006])
    expect(() => dropped.send('{}')).toThrow('not open')
  })
})
