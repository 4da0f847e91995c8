import { describe, expect, it } from 'vitest'
import type { Loose } from './start-test-chain.ts'
import { startTestChain } from './start-test-chain.ts'
import { TestWallet } from './test-wallet.ts'

const statusOf = async (chain: Awaited<ReturnType<typeof startTestChain>>, signature: string, path = '/') =>
  (await chain.call('getSignatureStatuses', [[signature], { searchTransactionHistory: true }], path)).result.value[0]

async function oneSwap() {
  const chain = await startTestChain()
  const wallet = await TestWallet.funded(chain, 5, 1_000)
  const swap = await wallet.prepare(chain.usdcMint, chain.mint('ATLAS').mint, '1000000')
  return { chain, wallet, swap }
}

describe('faults of transactions', () => {
  it('lost reply: the connection breaks, the transaction lands, sending again does not debit twice', async () => {
    const { chain, wallet, swap } = await oneSwap()
    await using _ = chain
    await chain.control('POST', 'faults', { kind: 'lost-reply', method: 'sendTransaction' })
    await expect(wallet.send(swap)).rejects.toThrow('fetch failed')
    await wallet.send(swap)
    await chain.slots(6)
    expect(await statusOf(chain, swap.signature)).toMatchObject({ err: null })
    expect(await chain.control('GET', 'executions')).toMatchObject([{ signature: swap.signature }])
  })

  it('lost request: nothing lands', async () => {
    const { chain, wallet, swap } = await oneSwap()
    await using _ = chain
    await chain.control('POST', 'faults', { kind: 'lost-request', method: 'sendTransaction' })
    await expect(wallet.send(swap)).rejects.toThrow('fetch failed')
    await chain.slots(10)
    expect(await statusOf(chain, swap.signature)).toBeNull()
  })

  it('late landing: it lands after having been not found for long', async () => {
    const { chain, wallet, swap } = await oneSwap()
    await using _ = chain
    await chain.control('POST', 'faults', { kind: 'late-landing', slots: 100 })
    await wallet.send(swap)
    await chain.slots(99)
    expect(await statusOf(chain, swap.signature)).toBeNull()
    await chain.slots(1)
    expect(await statusOf(chain, swap.signature)).toMatchObject({ err: null })
  })

  it('dropped: this broadcast is lost, the next one lands', async () => {
    const { chain, wallet, swap } = await oneSwap()
    await using _ = chain
    await chain.control('POST', 'faults', { kind: 'dropped' })
    await wallet.send(swap)
    await chain.slots(10)
    expect(await statusOf(chain, swap.signature)).toBeNull()
    await wallet.send(swap)
    await chain.slots(5)
    expect(await statusOf(chain, swap.signature)).toMatchObject({ err: null })
  })

  it('expires: it never lands, however often it is sent', async () => {
    const { chain, wallet, swap } = await oneSwap()
    await using _ = chain
    await chain.control('POST', 'faults', { kind: 'expires' })
    for (let times = 0; times < 8; times++) {
      await wallet.send(swap)
      await chain.slots(20)
    }
    expect(await chain.control('GET', 'executions')).toEqual([])
  })

  it('a lagging node does not know what another one does, nor the newest blockhash', async () => {
    const { chain, wallet, swap } = await oneSwap()
    await using _ = chain
    await chain.control('POST', 'nodes', { node: 1, lagSlots: 20 })
    await chain.slots(30)
    await wallet.land(swap)
    expect(await statusOf(chain, swap.signature, '/node/0')).not.toBeNull()
    expect(await statusOf(chain, swap.signature, '/node/1')).toBeNull()
    const heights = ['/node/0', '/node/1'].map(
      async (path) => (await chain.call('getBlockHeight', [{ commitment: 'processed' }], path)).result,
    )
    const [ahead, behind] = await Promise.all(heights)
    expect(ahead - behind).toBe(20)
    const balance = async (path: string) =>
      (await chain.call('getBalance', [wallet.address, { commitment: 'processed' }], path)).result.value
    expect(await balance('/node/1')).toBeGreaterThan(await balance('/node/0'))
    const fresh = await wallet.prepare(chain.usdcMint, chain.mint('ATLAS').mint, '2000000')
    const preflight = { encoding: 'base64', preflightCommitment: 'processed' }
    const answer = await chain.call('sendTransaction', [fresh.wire, preflight], '/node/1')
    expect(answer.error.data.err).toBe('BlockhashNotFound')
    await chain.slots(20)
    expect(await statusOf(chain, swap.signature, '/node/1')).not.toBeNull()
  })
})

describe('faults of answers', () => {
  it('429 with Retry-After, 500, and JSON cut short, each once', async () => {
    await using chain = await startTestChain()
    const post = () =>
      fetch(chain.url, {
        method: 'POST',
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'getSlot', params: [] }),
      })
    await chain.control('POST', 'faults', [
      { kind: 'rate-limited', retryAfter: 7 },
      { kind: 'status-500' },
      { kind: 'corrupted-json' },
    ])
    const limited = await post()
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '7'])
    expect((await post()).status).toBe(500)
    await expect((await post()).json()).rejects.toThrow(SyntaxError)
    expect(((await (await post()).json()) as Loose).result).toBeGreaterThan(0)
  })

  it('strikes the node, the service and the method that it names', async () => {
    await using chain = await startTestChain()
    await chain.control('POST', 'faults', [
      { kind: 'status-500', target: 'jupiter' },
      { kind: 'status-500', node: 1, method: 'getSlot' },
    ])
    expect(await chain.rpc('getSlot')).toBeGreaterThan(0)
    expect((await fetch(`${chain.url}/price/v3?ids=${chain.usdcMint}`)).status).toBe(500)
    expect((await chain.call('getBlockHeight', [], '/node/1')).result).toBeGreaterThan(0)
    expect(await chain.control('GET', 'faults')).toHaveLength(1)
    await chain.control('DELETE', 'faults')
    expect((await chain.call('getSlot', [], '/node/1')).result).toBeGreaterThan(0)
  })

  it('a slow answer comes when simulated time has passed', async () => {
    await using chain = await startTestChain()
    await chain.control('POST', 'faults', { kind: 'slow-answer', ms: 3_000, target: 'rpc' })
    let answered = false
    const answer = chain.rpc('getSlot').then(() => {
      answered = true
    })
    // Control routes have no faults: once this is answered the slow request was taken.
    while ((await chain.control('GET', 'faults')).length > 0);
    await chain.slots(1)
    expect(answered).toBe(false)
    await chain.simulator.advance(3_000)
    await answer
  })

  it('come at their rates, the same for the same seed', async () => {
    const run = async () => {
      await using chain = await startTestChain({ options: { seed: 'rates', faults: { 'status-500': 0.3 } } })
      const statuses: number[] = []
      for (let i = 0; i < 40; i++) {
        const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'getSlot' })
        statuses.push((await fetch(chain.url, { method: 'POST', body })).status)
      }
      return statuses
    }
    const first = await run()
    expect(first).toEqual(await run())
    expect(first.filter((status) => status === 500).length).toBeGreaterThan(4)
  })

  it('are refused when they are none', async () => {
    await using chain = await startTestChain()
    expect((await chain.control('POST', 'faults', { kind: 'gremlins' })).error).toBeTypeOf('string')
  })
})

describe('faults of accounts and pools', () => {
  it('a frozen account cannot be sold from until it is thawed', async () => {
    const { chain, wallet } = await oneSwap()
    await using _ = chain
    const { mint } = chain.mint('FRIGATE')
    const bought = await wallet.swap(chain.usdcMint, mint, '10000000')
    await chain.control('POST', 'freeze', { owner: wallet.address, mint })
    const frozen = await wallet.swap(mint, chain.usdcMint, bought.quote.outAmount)
    expect(frozen.err).toEqual({ InstructionError: [2, { Custom: 0x11 }] })
    await chain.control('POST', 'freeze', { owner: wallet.address, mint, frozen: false })
    expect((await wallet.swap(mint, chain.usdcMint, String(bought.delta(mint)))).err).toBeNull()
  })

  it('a price jump and a drained pool show in quotes, prices and liquidity', async () => {
    await using chain = await startTestChain()
    const { mint } = chain.mint('ATLAS')
    const price = async () => (await chain.get(`/price/v3?ids=${mint}`))[mint]
    const before = await price()
    await chain.control('POST', 'price', { mint, factor: 0.5 })
    await chain.slots(5)
    expect((await price()).usdPrice / before.usdPrice).toBeCloseTo(0.5, 1)
    await chain.control('POST', 'drain', { mint })
    await chain.slots(5)
    expect((await price()).liquidity).toBeLessThan(10)
    const query = `inputMint=${chain.usdcMint}&outputMint=${mint}&amount=1000000000`
    expect((await chain.get(`/swap/v2/order?${query}`)).priceImpact).toBeLessThan(-90)
  })
})
