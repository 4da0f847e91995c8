import {
  createKeyPairFromPrivateKeyBytes,
  getAddressFromPublicKey,
  getBase64EncodedWireTransaction,
  getTransactionDecoder,
  partiallySignTransaction,
} from '@solana/kit'
import { describe, expect, it } from 'vitest'
import type { Loose, TestChain } from './start-test-chain.ts'
import { startTestChain } from './start-test-chain.ts'

async function taker(chain: TestChain, sol = 5, usdc = 1_000) {
  const keys = await createKeyPairFromPrivateKeyBytes(new Uint8Array(32).fill(99))
  const address = await getAddressFromPublicKey(keys.publicKey)
  await chain.airdrop(address, sol, usdc)
  await chain.slots(1)
  const sign = async (transaction: string) =>
    getBase64EncodedWireTransaction(
      await partiallySignTransaction([keys], getTransactionDecoder().decode(Buffer.from(transaction, 'base64'))),
    )
  const order = (input: string, output: string, amount: string): Promise<Loose> =>
    chain.get(`/swap/v2/order?inputMint=${input}&outputMint=${output}&amount=${amount}&taker=${address}`)
  return { address, sign, order }
}

const reference = (chain: TestChain, amount: string, query = '') =>
  chain.get(
    `/swap/v2/order?inputMint=${chain.usdcMint}&outputMint=${chain.mint('ATLAS').mint}&amount=${amount}${query}`,
  )

describe('/order and /execute', () => {
  it('quotes without a taker; the fee and the threshold add up', async () => {
    await using chain = await startTestChain()
    const quote = await reference(chain, '100000000', '&slippageBps=30')
    expect(quote).toMatchObject({
      transaction: null,
      taker: null,
      router: 'metis',
      feeBps: 10,
      swapMode: 'ExactIn',
      gasless: false,
    })
    expect(quote.platformFee).toEqual({ amount: '100000', feeBps: 10, feeMint: chain.usdcMint })
    const out = BigInt(quote.outAmount)
    expect(BigInt(quote.otherAmountThreshold)).toBe((out * 9_970n + 9_999n) / 10_000n)
    expect(Number(quote.priceImpactPct) * 100).toBeCloseTo(quote.priceImpact, 8)
    expect(quote.priceImpact).toBeLessThan(0)
  })

  it('executes a signed order once, and tells the same when asked again', async () => {
    await using chain = await startTestChain()
    const { address, sign, order } = await taker(chain)
    const { mint } = chain.mint('ATLAS')
    const { transaction, requestId, signatureFeePayer } = await order(chain.usdcMint, mint, '50000000')
    expect(signatureFeePayer).toBe(address)
    const body = { signedTransaction: await sign(transaction), requestId }
    const both = [chain.post('/swap/v2/execute', body), chain.post('/swap/v2/execute', body)]
    let done = false
    const answers = Promise.all(both).finally(() => {
      done = true
    })
    while (!done) {
      await chain.slots(1)
      await new Promise((resolve) => setImmediate(resolve))
    }
    const [first, second] = await answers
    expect(first).toMatchObject({
      status: 'Success',
      code: 0,
      totalInputAmount: '50000000',
      inputAmountResult: '49950000',
    })
    expect(second).toEqual(first)
    const executions = await chain.control('GET', 'executions')
    expect(executions).toHaveLength(1)
    expect(executions[0].deltas[mint]).toBe(first.totalOutputAmount)
    expect(executions[0].deltas[chain.usdcMint]).toBe('-50000000')
    await chain.simulator.advance(121_000)
    expect(await chain.post('/swap/v2/execute', body)).toMatchObject({ status: 'Failed', code: -1 })
  })

  it('refuses what it cannot take, with its numbers', async () => {
    await using chain = await startTestChain()
    const { sign, order, address } = await taker(chain)
    const { mint } = chain.mint('ATLAS')
    const { transaction, requestId } = await order(chain.usdcMint, mint, '1000000')
    const other = await order(chain.usdcMint, mint, '2000000')
    const execute = (body: Loose) => chain.post('/swap/v2/execute', body)
    const signed = await sign(transaction)
    expect(await execute({ signedTransaction: signed, requestId: 'unknown' })).toMatchObject({ code: -1 })
    expect(await execute({ signedTransaction: 'AAAA', requestId })).toMatchObject({ code: -2 })
    expect(await execute({ signedTransaction: signed, requestId: other.requestId })).toMatchObject({ code: -3 })
    expect(await execute({ signedTransaction: transaction, requestId })).toMatchObject({ code: -1003 })
    expect(await order(chain.usdcMint, mint, '9000000000')).toMatchObject({ transaction: '', errorCode: 1 })
    const poor = `inputMint=${chain.usdcMint}&outputMint=${mint}&amount=1000000&taker=${chain.mint('ATLAS').pool}`
    expect((await chain.get(`/swap/v2/order?${poor}`)).errorCode).toBe(2)
    expect(await reference(chain, '1000000', '&excludeRouters=metis')).toEqual({ error: 'Failed to get quotes' })
    expect(await reference(chain, '0')).toHaveProperty('error')
    const unknown = `inputMint=${chain.usdcMint}&outputMint=${address}&amount=10`
    expect(await chain.get(`/swap/v1/quote?${unknown}`)).toMatchObject({ errorCode: 'TOKEN_NOT_TRADABLE' })
  })

  it('has orders that a market maker pays for: their signature is known when they are executed', async () => {
    await using chain = await startTestChain()
    const { sign, order, address } = await taker(chain)
    await chain.control('POST', 'faults', { kind: 'maker-order', times: 2 })
    const query = `inputMint=${chain.usdcMint}&outputMint=${chain.mint('ATLAS').mint}&amount=1000000&taker=${address}`
    expect(await chain.get(`/swap/v2/order?${query}&excludeRouters=jupiterz`)).toMatchObject({
      signatureFeePayer: address,
    })
    const { transaction, requestId, ...rest } = await order(chain.usdcMint, chain.mint('ATLAS').mint, '1000000')
    expect(rest).toMatchObject({ router: 'jupiterz', gasless: true, signatureFeePayer: rest.maker })
    let answer: Loose
    const body = { signedTransaction: await sign(transaction), requestId }
    const asked = chain.post('/swap/v2/execute', body).then((value) => {
      answer = value
    })
    while (answer === undefined) {
      await chain.slots(1)
      await new Promise((resolve) => setImmediate(resolve))
    }
    await asked
    expect(answer).toMatchObject({ status: 'Success', code: 0 })
    const { keys } = chain.simulator.world.chain.transactions.get(answer.signature) ?? {}
    expect(keys?.[0]).toBe(rest.maker)
  })

  it('tells an order that never landed as expired', async () => {
    await using chain = await startTestChain()
    const { sign, order } = await taker(chain)
    const { transaction, requestId } = await order(chain.usdcMint, chain.mint('ATLAS').mint, '1000000')
    await chain.control('POST', 'faults', { kind: 'expires' })
    let answer: Loose
    const asked = chain
      .post('/swap/v2/execute', { signedTransaction: await sign(transaction), requestId })
      .then((value) => {
        answer = value
      })
    while (answer === undefined) {
      await chain.slots(10)
      await new Promise((resolve) => setImmediate(resolve))
    }
    await asked
    expect(answer).toMatchObject({ status: 'Failed', code: -1005 })
    expect(await chain.control('GET', 'executions')).toEqual([])
  })
})

describe('/swap/v1', () => {
  it('simulates: an error comes with HTTP 200 and the transaction', async () => {
    await using chain = await startTestChain()
    const { address } = await taker(chain, 5, 1)
    const quote = await chain.get(
      `/swap/v1/quote?inputMint=${chain.usdcMint}&outputMint=${chain.mint('ATLAS').mint}&amount=2000000`,
    )
    const response = await fetch(`${chain.url}/swap/v1/swap`, {
      method: 'POST',
      body: JSON.stringify({ quoteResponse: quote, userPublicKey: address }),
    })
    expect(response.status).toBe(200)
    const answer = (await response.json()) as Loose
    expect(answer.swapTransaction).toBeTypeOf('string')
    expect(answer.simulationError.error).toContain('0x1788')
    await chain.control('POST', 'faults', { kind: 'simulation-error' })
    const affordable = { ...quote, inAmount: '1000000', outAmount: '1' }
    const faulty = await chain.post('/swap/v1/swap', { quoteResponse: affordable, userPublicKey: address })
    expect(faulty.simulationError.error).toContain('0x1771')
    const fine = await chain.post('/swap/v1/swap', { quoteResponse: affordable, userPublicKey: address })
    expect(fine.simulationError).toBeNull()
    const parts = await chain.post('/swap/v1/swap-instructions', { quoteResponse: affordable, userPublicKey: address })
    expect(parts.swapInstruction.programId).toBe('JUP6LkbZbjS1jKKwapdHNy74zcZ3tLUZoi5QNyVTaV4')
  })
})

describe('prices and tokens', () => {
  it('leaves out mints without a price and takes 50 at most', async () => {
    await using chain = await startTestChain()
    const { mint, decimals } = chain.mint('BRISA')
    const prices = await chain.get(`/price/v3?ids=${mint},${'x'.repeat(40)}`)
    expect(Object.keys(prices)).toEqual([mint])
    expect(prices[mint]).toMatchObject({ decimals, blockId: chain.simulator.world.chain.tip })
    expect(await chain.get(`/price/v3?ids=${Array(51).fill(mint).join(',')}`)).toHaveProperty('error')
  })

  it('finds tokens by mint and by symbol, with who may mint and freeze', async () => {
    await using chain = await startTestChain()
    const frigate = chain.mint('FRIGATE')
    const [byMint] = await chain.get(`/tokens/v2/search?query=${frigate.mint}`)
    const [bySymbol] = await chain.get('/tokens/v2/search?query=frigate')
    expect(byMint).toEqual(bySymbol)
    expect(byMint).toMatchObject({
      symbol: 'FRIGATE',
      audit: { freezeAuthorityDisabled: false, mintAuthorityDisabled: true },
    })
  })
})

describe('limits', () => {
  it('30 requests a minute without a key, told in headers, counted in simulated time', async () => {
    await using chain = await startTestChain({ options: { limits: 'venue' } })
    const ask = (headers: Record<string, string> = {}) =>
      fetch(`${chain.url}/price/v3?ids=${chain.usdcMint}`, { headers })
    const first = await ask()
    expect(first.headers.get('x-ratelimit-remaining')).toBe('29')
    for (let i = 0; i < 29; i++) await ask()
    const refused = await ask()
    expect([refused.status, await refused.text()]).toEqual([429, '[API Gateway] Too many requests'])
    expect(Number(refused.headers.get('x-ratelimit-remaining'))).toBeLessThan(0)
    expect((await ask({ 'x-api-key': 'jup_x' })).status).toBe(200)
    await chain.simulator.advance(60_001)
    expect((await ask()).status).toBe(200)
  })
})
