import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestChain } from './start-test-chain.ts'
import { startTestChain } from './start-test-chain.ts'
import { TestWallet } from './test-wallet.ts'

let chain: TestChain
let wallet: TestWallet

beforeAll(async () => {
  chain = await startTestChain()
  wallet = await TestWallet.funded(chain, 20, 10_000)
})

afterAll(() => chain.simulator.close())

const errorOf = async (method: string, ...params: unknown[]) => (await chain.call(method, params)).error

describe('commitments', () => {
  it('climb with the slots: balances, slots and statuses agree', async () => {
    const swap = await wallet.prepare(chain.usdcMint, chain.mint('ATLAS').mint, '1000000')
    const before = await chain.rpc('getTokenSupply', chain.usdcMint, { commitment: 'finalized' })
    expect(before.context.slot).toBe(await chain.rpc('getSlot'))
    await wallet.send(swap)
    const status = async () => (await chain.rpc('getSignatureStatuses', [swap.signature])).value[0]
    expect(await status()).toBeNull()
    for (let slots = 0; (await status()) === null && slots < 5; slots++) await chain.slots(1)
    expect(await status()).toMatchObject({ confirmationStatus: 'processed', confirmations: 0, err: null })
    const find = (commitment: string) =>
      chain.rpc('getTransaction', swap.signature, { commitment, maxSupportedTransactionVersion: 0 })
    expect(await find('confirmed')).toBeNull()
    await chain.slots(2)
    expect(await status()).toMatchObject({ confirmationStatus: 'confirmed' })
    expect(await find('confirmed')).not.toBeNull()
    expect(await find('finalized')).toBeNull()
    await chain.slots(30)
    expect(await status()).toMatchObject({ confirmationStatus: 'finalized', confirmations: null })
    expect(await find('finalized')).not.toBeNull()
  })

  it('show the balance that an account had at theirs', async () => {
    await chain.slots(40)
    const balance = async (commitment: string) =>
      (await chain.rpc('getBalance', wallet.address, { commitment })).value as number
    const before = await balance('finalized')
    await chain.airdrop(wallet.address, 1, 0)
    expect(await balance('processed')).toBe(before + 1e9)
    expect(await balance('confirmed')).toBe(before)
    await chain.slots(2)
    expect(await balance('confirmed')).toBe(before + 1e9)
    expect(await balance('finalized')).toBe(before)
    await chain.slots(30)
    expect(await balance('finalized')).toBe(before + 1e9)
  })

  it('give SOL and USDC to anybody who asks, in either form', async () => {
    // Any 32 bytes are an address.
    const [named, listed, bare] = [
      'k7FaK87WHGVXzkaoHb7CdVPgkKDQhZ29VLDeBVbDfYn',
      'p2Yicb86aZig616Eav2VWG9vuXR5mEqhtzshZYBxzsV',
      'swqrv48gsrwpBFbftEwnP2vB4jckpvfGJfXkwaniLCC',
    ]
    await chain.rpc('airdrop', { address: named, sol: 1, usdc: 2 })
    await chain.rpc('airdrop', listed, 3, 4)
    await chain.rpc('airdrop', bare)
    await chain.slots(2)
    const sol = async (address: string) => (await chain.rpc('getBalance', address, { commitment: 'confirmed' })).value
    expect([await sol(named), await sol(listed), await sol(bare)]).toEqual([1e9, 3e9, 10e9])
  })

  it('refuse what a node has not reached yet', async () => {
    const slot = await chain.rpc('getSlot', { commitment: 'processed' })
    const error = await errorOf('getBalance', wallet.address, { commitment: 'processed', minContextSlot: slot + 1 })
    expect(error).toMatchObject({ code: -32016, data: { contextSlot: slot } })
  })
})

describe('sendTransaction', () => {
  it('counts a transaction once however often it is sent', async () => {
    const swap = await wallet.prepare(chain.usdcMint, chain.mint('DUCAT').mint, '2000000')
    for (let times = 0; times < 4; times++) {
      expect((await wallet.send(swap)).result).toBe(swap.signature)
      await chain.slots(2)
    }
    const executions = await chain.control('GET', 'executions')
    expect(executions.filter(({ signature }: { signature: string }) => signature === swap.signature)).toHaveLength(1)
    const again = await errorOf('sendTransaction', swap.wire, { encoding: 'base64', preflightCommitment: 'processed' })
    expect(again).toMatchObject({ code: -32002, data: { err: 'AlreadyProcessed' } })
  })

  it('says in the preflight what the program said', async () => {
    const swap = await wallet.prepare(chain.usdcMint, chain.mint('ATLAS').mint, '99000000000')
    const error = await errorOf('sendTransaction', swap.wire, { encoding: 'base64', preflightCommitment: 'processed' })
    expect(error.code).toBe(-32002)
    expect(error.message).toBe(
      'Transaction simulation failed: Error processing Instruction 2: custom program error: 0x1788',
    )
    expect(error.data.err).toEqual({ InstructionError: [2, { Custom: 6024 }] })
    expect(error.data.logs.at(-1)).toContain('failed: custom program error: 0x1788')
    expect(error.data.unitsConsumed).toBeGreaterThan(0)
  })

  it('lands a failing transaction without preflight: the fee is gone, nothing else', async () => {
    const before = (await chain.rpc('getBalance', wallet.address, { commitment: 'processed' })).value
    const landed = await wallet.swap(chain.usdcMint, chain.mint('ATLAS').mint, '99000000000')
    const after = (await chain.rpc('getBalance', wallet.address, { commitment: 'processed' })).value
    expect(landed.err).toEqual({ InstructionError: [2, { Custom: 6024 }] })
    expect(before - after).toBe(landed.fee)
    // One signature, and the price of the two units-hungry instructions that have no limit of their own.
    expect(landed.fee).toBeGreaterThan(5_000)
    expect(landed.delta(chain.usdcMint)).toBe(0n)
  })

  it('does not take a blockhash that is older than 150 blocks', async () => {
    const swap = await wallet.prepare(chain.usdcMint, chain.mint('ATLAS').mint, '1000000')
    const { lastValidBlockHeight } = swap.quote.blockhashWithMetadata
    const height = await chain.rpc('getBlockHeight', { commitment: 'processed' })
    await chain.slots(lastValidBlockHeight - height)
    const options = { encoding: 'base64', preflightCommitment: 'processed' }
    expect(
      (await chain.rpc('simulateTransaction', swap.wire, { ...options, commitment: 'processed' })).value.err,
    ).toBeNull()
    await chain.slots(1)
    expect(await errorOf('sendTransaction', swap.wire, options)).toMatchObject({
      code: -32002,
      message: 'Transaction simulation failed: Blockhash not found',
      data: { err: 'BlockhashNotFound' },
    })
    expect((await wallet.send(swap)).result).toBe(swap.signature)
    await chain.slots(10)
    const found = await chain.rpc('getSignatureStatuses', [swap.signature], { searchTransactionHistory: true })
    expect(found.value).toEqual([null])
  })

  it('refuses what is no transaction, and a signature that does not hold', async () => {
    expect((await errorOf('sendTransaction', 'AAAA', { encoding: 'base64' })).code).toBe(-32602)
    const swap = await wallet.prepare(chain.usdcMint, chain.mint('ATLAS').mint, '1000000')
    const bytes = Buffer.from(swap.wire, 'base64')
    bytes[10] = (bytes[10] ?? 0) ^ 1
    const error = await errorOf('sendTransaction', bytes.toString('base64'), { encoding: 'base64' })
    expect(error.code).toBe(-32003)
  })
})

describe('hostile bytes', () => {
  it('are refused with an error: no bytes end the process, whose runtime is native', async () => {
    const swap = await wallet.prepare(chain.usdcMint, chain.mint('ATLAS').mint, '1000000')
    const wire = Buffer.from(swap.wire, 'base64')
    const change = fc.tuple(fc.integer({ min: 0, max: wire.length - 1 }), fc.integer({ min: 0, max: 255 }))
    const bytes = fc
      .tuple(fc.array(change, { maxLength: 4 }), fc.integer({ min: 1, max: wire.length }), fc.boolean())
      .map(([changes, length, isCut]) => {
        const copy = Buffer.from(wire)
        for (const [at, value] of changes) copy[at] = value
        return isCut ? copy.subarray(0, length) : copy
      })
    await fc.assert(
      fc.asyncProperty(bytes, async (mutated) => {
        const options = { encoding: 'base64', replaceRecentBlockhash: true, commitment: 'processed' }
        const answer = await chain.call('simulateTransaction', [mutated.toString('base64'), options])
        expect(answer.error?.code ?? answer.result.value.unitsConsumed).toBeTypeOf('number')
      }),
      { numRuns: 300 },
    )
    expect(await chain.rpc('getHealth')).toBe('ok')
  })

  it('and hostile parameters are answered as JSON-RPC', async () => {
    const values = [null, 1e21, -1, '', '0', {}, [[]], [{}], 'x'.repeat(2_000), 9_007_199_254_740_991]
    const methods = ['getBalance', 'getBlock', 'getSignatureStatuses', 'getTransaction', 'isBlockhashValid', 'airdrop']
    const more = ['getFeeForMessage', 'sendTransaction', 'getMultipleAccounts', 'getProgramAccounts', 'getTokenSupply']
    for (const method of [...methods, ...more]) {
      for (const value of values) {
        const answer = await chain.call(method, [value, { before: value, limit: value }])
        expect(answer.error?.code ?? 0, `${method} ${JSON.stringify(value)}`).toBeLessThanOrEqual(0)
      }
    }
  })
})

describe('money at first sight', () => {
  it('comes once to an address whose SOL is asked for, when the chain was told so', async () => {
    await using generous = await startTestChain({ options: { fund: 'first-sight' } })
    const sol = async () => (await generous.rpc('getBalance', wallet.address, { commitment: 'processed' })).value
    await sol()
    await generous.slots(3)
    expect(await sol()).toBe(10e9)
    await generous.slots(40)
    expect(await sol()).toBe(10e9)
  })
})

describe('transactions', () => {
  it('need a client that knows their version', async () => {
    const landed = await wallet.swap(chain.usdcMint, chain.mint('ATLAS').mint, '1000000')
    const error = await errorOf('getTransaction', landed.signature, { commitment: 'confirmed' })
    expect(error.code).toBe(-32015)
  })

  it('are told in every encoding, with balances by the keys of the lookup table too', async () => {
    const { mint } = chain.mint('CARAVEL')
    const landed = await wallet.swap(chain.usdcMint, mint, '1000000')
    const get = (encoding: string) =>
      chain.rpc('getTransaction', landed.signature, {
        commitment: 'confirmed',
        encoding,
        maxSupportedTransactionVersion: 1,
      })
    const [json, parsed, base64] = [await get('json'), await get('jsonParsed'), await get('base64')]
    expect(base64.transaction).toEqual([landed.wire, 'base64'])
    const { accountKeys } = json.transaction.message
    const { writable, readonly } = json.meta.loadedAddresses
    expect(parsed.transaction.message.accountKeys.map(({ pubkey }: { pubkey: string }) => pubkey)).toEqual([
      ...accountKeys,
      ...writable,
      ...readonly,
    ])
    expect(json.meta.preBalances).toHaveLength(accountKeys.length + writable.length + readonly.length)
    const lost = json.meta.preBalances.reduce((sum: number, balance: number) => sum + balance, 0)
    const left = json.meta.postBalances.reduce((sum: number, balance: number) => sum + balance, 0)
    expect(lost - left).toBe(json.meta.fee)
    const swapIndex = parsed.transaction.message.instructions.length - 1
    const inner = parsed.meta.innerInstructions.find(({ index }: { index: number }) => index === swapIndex)
    expect(inner.instructions.map((one: { parsed: { type: string } }) => one.parsed.type)).toEqual([
      'transferChecked',
      'transferChecked',
    ])
    const history = await chain.rpc('getSignaturesForAddress', wallet.address, { commitment: 'confirmed', limit: 1 })
    expect(history[0]).toMatchObject({ signature: landed.signature, err: null, slot: json.slot })
  })
})

describe('accounts', () => {
  it('are parsed: a mint with a transfer fee, and what an owner has', async () => {
    const ensign = chain.mint('ENSIGN')
    await wallet.swap(chain.usdcMint, ensign.mint, '1000000')
    const mint = await chain.rpc('getAccountInfo', ensign.mint, { encoding: 'jsonParsed' })
    expect(mint.value.data.parsed.info).toMatchObject({ decimals: 6, freezeAuthority: null, mintAuthority: null })
    expect(mint.value.data.parsed.info.extensions[0].state.newerTransferFee.transferFeeBasisPoints).toBe(100)
    const owned = await chain.rpc(
      'getTokenAccountsByOwner',
      wallet.address,
      { programId: ensign.tokenProgram },
      { encoding: 'jsonParsed', commitment: 'confirmed' },
    )
    expect(owned.value).toHaveLength(1)
    expect(owned.value[0].account.data.parsed.info).toMatchObject({
      mint: ensign.mint,
      owner: wallet.address,
      state: 'initialized',
    })
    expect(owned.value[0].account.space).toBe(182)
  })

  it('are refused in a wrong shape as by a real node', async () => {
    expect(await errorOf('getBalance', 'abc')).toMatchObject({ code: -32602, message: 'Invalid param: WrongSize' })
    expect(await errorOf('getBalance', '0OIl')).toMatchObject({ code: -32602, message: 'Invalid param: Invalid' })
    expect(await errorOf('noSuchMethod')).toMatchObject({ code: -32601, message: 'Method not found' })
    expect((await errorOf('getAccountInfo', chain.mint('ATLAS').vaults[0])).code).toBe(-32602)
    expect(await errorOf('getTokenAccountBalance', wallet.address)).toMatchObject({ code: -32602 })
  })

  it('answers batches in order', async () => {
    const calls = [1, 2].map((id) => ({ jsonrpc: '2.0', id, method: 'getSlot', params: [] }))
    expect((await chain.post('/', calls)).map(({ id }: { id: number }) => id)).toEqual([1, 2])
  })
})
