import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import type { Loose } from './start-test-chain.ts'
import { startTestChain } from './start-test-chain.ts'
import { TestSocket } from './test-socket.ts'
import { TestWallet } from './test-wallet.ts'

describe('subscriptions', () => {
  it('tell of every slot', async () => {
    await using chain = await startTestChain()
    await using socket = await TestSocket.open(chain)
    const { result: id } = await socket.request('slotSubscribe')
    const start = await chain.rpc('getSlot', { commitment: 'processed' })
    await chain.slots(5)
    await socket.settled()
    expect(socket.told(id).map(({ slot }) => slot - start)).toEqual([1, 2, 3, 4, 5])
    expect((await socket.request('slotUnsubscribe', id)).result).toBe(true)
    await chain.slots(2)
    await socket.settled()
    expect(socket.told(id)).toHaveLength(5)
  })

  it('tell of the vaults of a pool what the accounts say, at their commitment', async () => {
    await using chain = await startTestChain()
    const wallet = await TestWallet.funded(chain, 5, 1_000)
    const { mint, vaults } = chain.mint('GROTTO')
    await using socket = await TestSocket.open(chain)
    const subscribe = async (commitment: string) =>
      (await socket.request('accountSubscribe', vaults[1], { encoding: 'base64', commitment })).result as number
    const processed = await subscribe('processed')
    const confirmed = await subscribe('confirmed')
    // An illiquid pool: its market makers do nothing for a while, so what comes is the swap.
    const landed = await wallet.swap(chain.usdcMint, mint, '1000000')
    await socket.settled()
    const amount = (result: Loose) => Buffer.from(result.value.data[0], 'base64').readBigUInt64LE(64)
    const after = (await chain.rpc('getTokenAccountBalance', vaults[1], { commitment: 'processed' })).value.amount
    const told = socket.told(processed).map(amount)
    expect(told).toContain(landed.before(chain.mint('GROTTO').pool, chain.usdcMint) + 1_000_000n)
    expect(String(told.at(-1))).toBe(after)
    expect(socket.told(confirmed).map(amount)).toEqual(told)
    const at = await chain.rpc('getTransaction', landed.signature, {
      commitment: 'confirmed',
      maxSupportedTransactionVersion: 0,
    })
    expect(socket.told(processed).map(({ context }) => context.slot)).toContain(at.slot)
  })

  it('tell of logs, of a program, and once of a signature', async () => {
    await using chain = await startTestChain()
    const wallet = await TestWallet.funded(chain, 5, 1_000)
    await using socket = await TestSocket.open(chain)
    const swap = await wallet.prepare(chain.usdcMint, chain.mint('ATLAS').mint, '1000000')
    const { result: logs } = await socket.request(
      'logsSubscribe',
      { mentions: [wallet.address] },
      { commitment: 'processed' },
    )
    const { result: signature } = await socket.request('signatureSubscribe', swap.signature, {
      commitment: 'confirmed',
    })
    const { result: program } = await socket.request('programSubscribe', chain.mint('ATLAS').tokenProgram, {
      commitment: 'processed',
      encoding: 'jsonParsed',
      filters: [{ memcmp: { offset: 32, bytes: wallet.address } }],
    })
    await wallet.land(swap)
    await socket.settled()
    expect(socket.told(logs)).toHaveLength(1)
    expect(socket.told(logs)[0].value).toMatchObject({ signature: swap.signature, err: null })
    expect(socket.told(signature).map(({ value }) => value)).toEqual([{ err: null }])
    const mints = socket.told(program).map(({ value }) => value.account.data.parsed.info.mint)
    expect(new Set(mints)).toEqual(new Set([chain.usdcMint, chain.mint('ATLAS').mint]))
    // It has told what it had to: it is gone.
    expect((await socket.request('signatureUnsubscribe', signature)).error.code).toBe(-32602)
  })

  it('pass over a day that is jumped, but not over what landed in it', async () => {
    await using chain = await startTestChain()
    const wallet = await TestWallet.funded(chain, 5, 1_000)
    await using socket = await TestSocket.open(chain)
    const { result: slots } = await socket.request('slotSubscribe')
    const swaps = { mentions: ['JUP6LkbZbjS1jKKwapdHNy74zcZ3tLUZoi5QNyVTaV4'] }
    const { result: logs } = await socket.request('logsSubscribe', swaps, { commitment: 'confirmed' })
    await wallet.send(await wallet.prepare(chain.usdcMint, chain.mint('ATLAS').mint, '1000000'))
    await chain.simulator.advance(86_400_000)
    await socket.settled()
    expect(socket.told(slots).at(-1).slot).toBe(chain.simulator.world.chain.tip)
    expect(socket.told(slots).length).toBeLessThan(1_000)
    expect(socket.told(logs)).toHaveLength(1)
  })

  it('refuse wrong parameters and unknown methods; a ping without id wants no answer', async () => {
    await using chain = await startTestChain()
    await using socket = await TestSocket.open(chain)
    expect((await socket.request('accountSubscribe', 'nobody')).error.code).toBe(-32602)
    expect((await socket.request('voteSubscribe')).error.code).toBe(-32601)
    const before = socket.frames.length
    socket.socket.send(JSON.stringify({ jsonrpc: '2.0', method: 'ping' }))
    await socket.settled()
    expect(socket.frames).toHaveLength(before)
  })
})

describe('faults of sockets', () => {
  it('half-open: silence without a close, for one node alone; a new connection works', async () => {
    await using chain = await startTestChain()
    await using first = await TestSocket.open(chain, '/node/0')
    await using second = await TestSocket.open(chain, '/node/1')
    const { result: id } = await first.request('slotSubscribe')
    const { result: other } = await second.request('slotSubscribe')
    expect(await chain.control('POST', 'half-open', { node: 0 })).toEqual({ silenced: 1 })
    await chain.slots(3)
    await second.settled()
    expect(first.told(id)).toEqual([])
    expect(second.told(other)).toHaveLength(3)
    expect(first.socket.readyState).toBe(first.socket.OPEN)
    let pongs = 0
    first.socket.on('pong', () => {
      pongs++
    })
    first.socket.ping()
    await second.settled()
    await second.settled()
    expect(pongs).toBe(0)
    await using again = await TestSocket.open(chain, '/node/0')
    expect((await again.request('slotSubscribe')).result).toBeGreaterThan(0)
  })

  it('drops connections without a close frame', async () => {
    await using chain = await startTestChain()
    await using socket = await TestSocket.open(chain)
    const closed = once(socket.socket, 'close')
    await chain.control('POST', 'drop-sockets', {})
    expect((await closed)[0]).toBe(1006)
  })

  it('doubles, loses and corrupts notifications', async () => {
    await using chain = await startTestChain()
    await using socket = await TestSocket.open(chain)
    const { result: id } = await socket.request('slotSubscribe')
    await chain.control('POST', 'faults', [
      { kind: 'duplicate-notification', method: 'slotNotification' },
      { kind: 'lost-notification' },
      { kind: 'corrupted-notification' },
    ])
    await chain.slots(4)
    await socket.settled()
    const start = chain.simulator.world.chain.tip - 4
    expect(socket.told(id).map(({ slot }) => slot - start)).toEqual([1, 1, 4])
    expect(socket.frames.filter((frame) => !frame.endsWith('}'))).toHaveLength(1)
  })
})
