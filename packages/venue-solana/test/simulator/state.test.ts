import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { StateFileError } from '../../src/simulator/index.ts'
import type { Loose } from './start-test-chain.ts'
import { startTestChain, TEST_NOW } from './start-test-chain.ts'
import { TestWallet } from './test-wallet.ts'

let folder: string
let stateFile: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portolan-solana-'))
  stateFile = join(folder, 'chain.jsonl')
})

afterEach(() => rm(folder, { recursive: true }))

describe('a chain that is started again', () => {
  it('has its balances, transactions, statuses and pools, and takes no transaction twice', async () => {
    const look = async (chain: Awaited<ReturnType<typeof startTestChain>>, wallet: string) => ({
      tokens: await chain.rpc(
        'getTokenAccountsByOwner',
        wallet,
        { mint: chain.usdcMint },
        { encoding: 'jsonParsed', commitment: 'processed' },
      ),
      sol: await chain.rpc('getBalance', wallet, { commitment: 'processed' }),
      history: await chain.rpc('getSignaturesForAddress', wallet, { commitment: 'confirmed' }),
      executions: await chain.control('GET', 'executions'),
      price: await chain.get(`/price/v3?ids=${chain.mint('GROTTO').mint}`),
    })
    const first = await startTestChain({ stateFile })
    const wallet = await TestWallet.funded(first, 5, 1_000)
    const swap = await wallet.prepare(first.usdcMint, first.mint('GROTTO').mint, '100000000')
    await wallet.land(swap)
    const before = await look(first, wallet.address)
    const now = first.simulator.clock.now()
    await first.simulator.close()

    await using second = await startTestChain({ stateFile, now })
    expect(await look(second, wallet.address)).toEqual(before)
    expect(
      (await second.call('sendTransaction', [swap.wire, { encoding: 'base64', skipPreflight: true }])).result,
    ).toBe(swap.signature)
    await second.slots(5)
    expect(await second.control('GET', 'executions')).toEqual(before.executions)
  })

  it('lands what waited when it was stopped', async () => {
    const first = await startTestChain({ stateFile })
    const wallet = await TestWallet.funded(first, 5, 1_000)
    const swap = await wallet.prepare(first.usdcMint, first.mint('ATLAS').mint, '1000000')
    await first.control('POST', 'faults', { kind: 'late-landing', slots: 40 })
    await wallet.send(swap)
    await first.simulator.close()
    await using second = await startTestChain({ stateFile, now: TEST_NOW + 1_000 })
    expect(await second.control('GET', 'executions')).toEqual([])
    await second.slots(60)
    expect(await second.control('GET', 'executions')).toMatchObject([{ signature: swap.signature, err: null }])
  })

  it('drops a line that a kill cut short, refuses a damaged file and that of another chain', async () => {
    const first = await startTestChain({ stateFile })
    const wallet = await TestWallet.funded(first, 5, 1_000)
    await wallet.swap(first.usdcMint, first.mint('ATLAS').mint, '1000000')
    await first.simulator.close()
    await appendFile(stateFile, '{"kind":"landed","trans')
    const second = await startTestChain({ stateFile })
    expect(await second.control('GET', 'executions')).toHaveLength(1)
    await second.simulator.close()
    await expect(startTestChain({ stateFile, options: { seed: 'another' } })).rejects.toThrow(StateFileError)
    const [header, ...lines] = (await readFile(stateFile, 'utf8')).split('\n')
    await writeFile(stateFile, [header, 'garbage', ...lines].join('\n'))
    await expect(startTestChain({ stateFile })).rejects.toThrow(/line 2/)
  })

  it('survives kill -9 in the middle of swaps: what was seen to land has landed, once', async () => {
    const seen = new Map<string, Loose>()
    let address = ''
    for (let life = 0; life < 4; life++) {
      const child = spawn(
        process.execPath,
        ['--conditions=@portolan/source', fileURLToPath(new URL('serve.ts', import.meta.url)), stateFile],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      )
      const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
      const announcement = JSON.parse(line) as Loose
      const post = async (path: string, body: unknown): Promise<Loose> =>
        await (await fetch(announcement.rpcUrl + path, { method: 'POST', body: JSON.stringify(body) })).json()
      const chain = {
        get: async (path: string): Promise<Loose> => await (await fetch(announcement.rpcUrl + path)).json(),
        rpc: () => Promise.reject(new Error('not used here')),
        call: (method: string, params: unknown[] = []) => post('/', { jsonrpc: '2.0', id: 1, method, params }),
        airdrop: async (to: string, sol: number, usdc: number) => {
          if (life === 0) await post('/simulator/airdrop', { address: to, sol, usdc })
        },
        slots: () => Promise.resolve(),
      }
      const wallet = await TestWallet.funded(chain, 5, 1_000, 77)
      address = wallet.address
      const { value: earlier } = (
        await chain.call('getSignatureStatuses', [[...seen.keys()], { searchTransactionHistory: true }])
      ).result
      expect(earlier.map(({ slot, err }: Loose) => ({ slot, err }))).toEqual([...seen.values()])
      for (let swaps = 0; swaps < 3; swaps++) {
        const swap = await wallet.prepare(
          announcement.usdcMint,
          announcement.mints[1].mint,
          String(1_000_000 + life * 10 + swaps),
        )
        await wallet.send(swap)
        for (let status: Loose = null; status === null; ) {
          status = (await chain.call('getSignatureStatuses', [[swap.signature]])).result.value[0]
          if (status !== null) seen.set(swap.signature, { slot: status.slot, err: status.err })
        }
      }
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
    await using last = await startTestChain({ stateFile, speed: 1, now: Date.now(), options: { slotMs: 20 } })
    const executions: Loose[] = await last.control('GET', 'executions')
    expect(executions.map(({ signature }) => signature)).toEqual([...seen.keys()])
    const spent = executions.reduce((sum, { deltas }) => sum - BigInt(deltas[last.usdcMint]), 0n)
    const balance = await last.rpc(
      'getTokenAccountsByOwner',
      address,
      { mint: last.usdcMint },
      { encoding: 'jsonParsed', commitment: 'processed' },
    )
    expect(balance.value[0].account.data.parsed.info.tokenAmount.amount).toBe(String(1_000_000_000n - spent))
  })
})
