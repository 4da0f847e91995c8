import { isSimulatorDefinition } from '@portolan/core'
import { address, createSolanaRpc, createSolanaRpcSubscriptions } from '@solana/kit'
import { describe, expect, it } from 'vitest'
import { solanaOptions } from '../../src/options.ts'
import simulator, { PortInUseError } from '../../src/simulator/index.ts'
import type { Loose } from './start-test-chain.ts'
import { TEST_NOW } from './start-test-chain.ts'

const start = async (port = 0, options: object = {}) => {
  const time = { speed: 20, anchorWallMs: Date.now(), anchorMs: TEST_NOW }
  return await simulator.start({ options: simulator.options.parse(options), port, time, stateDirectory: null })
}

describe('the simulator as the runner starts it', () => {
  it('announces what a client needs, and options that the venue takes', async () => {
    expect(isSimulatorDefinition(simulator)).toBe(true)
    await using running = await start()
    const { rpcUrl, wsUrl, jupiterUrl, geckoUrl, usdcMint, mints, airdrop } = running.announcement as Loose
    for (const url of [rpcUrl, jupiterUrl, geckoUrl]) expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+/)
    expect(wsUrl).toMatch(/^ws:/)
    expect(usdcMint).toBe('EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v')
    expect(mints.length).toBeGreaterThanOrEqual(6)
    expect(new Set(mints.map(({ decimals }: Loose) => decimals)).size).toBeGreaterThanOrEqual(4)
    expect(airdrop.rpcMethod).toBe('airdrop')
    expect(solanaOptions.parse(running.venueOptions)).toMatchObject({ network: 'simulator', timeScale: 20 })
  })

  it('names the port that is in use', async () => {
    await using first = await start()
    await expect(start(Number(first.announcement.port))).rejects.toThrow(PortInUseError)
  })

  it('is a Solana to an unmodified kit: RPC with big numbers, subscriptions, the airdrop method', async () => {
    await using running = await start(0, { limits: 'off' })
    const { rpcUrl, wsUrl, usdcMint } = running.announcement as Loose
    const rpc = createSolanaRpc(rpcUrl)
    const wallet = address('7zDLUmwbvxiTBeFsW8ohYjPW27Z3EpK8FP1iw64RU7mn')
    const body = { jsonrpc: '2.0', id: 1, method: 'airdrop', params: [{ address: wallet, sol: 2.5, usdc: 7 }] }
    const answer = (await (await fetch(rpcUrl, { method: 'POST', body: JSON.stringify(body) })).json()) as Loose
    expect(answer.result.solSignature).toBeTypeOf('string')
    const subscriptions = createSolanaRpcSubscriptions(wsUrl)
    const abort = new AbortController()
    const slots: bigint[] = []
    for await (const { slot } of await subscriptions.slotNotifications().subscribe({ abortSignal: abort.signal })) {
      slots.push(slot)
      if (slots.length === 5) break
    }
    abort.abort()
    expect(slots.map((slot) => slot - (slots[0] ?? 0n))).toEqual([0n, 1n, 2n, 3n, 4n])
    const balance = await rpc.getBalance(wallet, { commitment: 'confirmed' }).send()
    expect(balance.value).toBe(2_500_000_000n)
    const owned = await rpc
      .getTokenAccountsByOwner(wallet, { mint: address(usdcMint) }, { encoding: 'jsonParsed', commitment: 'confirmed' })
      .send()
    expect(owned.value[0]?.account.data.parsed.info.tokenAmount.amount).toBe('7000000')
    const { value } = await rpc.getLatestBlockhash().send()
    expect((await rpc.isBlockhashValid(value.blockhash).send()).value).toBe(true)
    expect(await rpc.getTransactionCount().send()).toBe(2n)
  })
})
