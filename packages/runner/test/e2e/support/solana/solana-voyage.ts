import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ed25519 } from '@noble/curves/ed25519.js'
import type { SimulatedTime } from '@portolan/core'
import type { FaultInput } from '@portolan/venue-solana/simulator'
import { base58 } from '@scure/base'
import type { ConfigInput } from '../../../../src/config/index.ts'
import { openStore } from '../../../../src/store/open-store.ts'
import type { Store } from '../../../../src/store/store.ts'
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts'
import { minutePositions, writeConfig } from '../busy-config.ts'
import { RunnerProcess } from '../runner-process.ts'
import { SwapProxy } from './swap-proxy.ts'

/** By path: a config in a temporary folder finds no package by name. */
const SOLANA = fileURLToPath(new URL('../../../../../venue-solana', import.meta.url))
const PLANNER = fileURLToPath(new URL('./chatty-planner.ts', import.meta.url))

/** A throwaway key: there is no money behind it anywhere. */
const SEED = new Uint8Array(32).fill(0x5f)
const PUBLIC_KEY = ed25519.getPublicKey(SEED)
const WALLET = base58.encode(PUBLIC_KEY)
const KEY = base58.encode(Uint8Array.from([...SEED, ...PUBLIC_KEY]))

/** Simulated ms in one of the wall clock: a bar is a second. */
const SPEED = 60
/** Simulated ms: the 150 slots in which a transaction is valid are 5 s of the wall clock. */
const SLOT_MS = 2_000

/** A swap as the chain executed it. */
export interface ChainSwap {
  readonly signature: string
  readonly wallet: string
  /** `null` when it went through. */
  readonly err: unknown
  /** Lamports. */
  readonly fee: number
  /** Base units, by mint; `SOL` in lamports. */
  readonly deltas: Readonly<Record<string, string>>
}

/** A token that the simulator tells of. */
export interface AnnouncedMint {
  readonly mint: string
  readonly symbol: string
  readonly decimals: number
  readonly pool: string
  readonly vaults: readonly string[]
}

interface Announcement {
  readonly rpcUrl: string
  readonly wsUrl: string
  readonly controlUrl: string
  readonly usdcMint: string
  readonly mints: readonly AnnouncedMint[]
  readonly clock: SimulatedTime
}

/** `portolan simulate solana` in a process of its own, which outlives the runners against it, with a proxy before it. */
export class SolanaVoyage implements AsyncDisposable {
  readonly announced: Announcement
  readonly proxy: SwapProxy
  readonly tokens: readonly AnnouncedMint[]
  readonly #simulator: RunnerProcess
  readonly #folder: ReturnType<typeof temporaryFolder>

  private constructor(
    simulator: RunnerProcess,
    proxy: SwapProxy,
    folder: ReturnType<typeof temporaryFolder>,
    announced: Announcement,
    mode: 'build' | 'order',
  ) {
    this.#simulator = simulator
    this.proxy = proxy
    this.#folder = folder
    this.announced = announced
    this.tokens = announced.mints.slice(0, 6)
    const config: ConfigInput = {
      mode: 'live',
      store: { directory: 'db' },
      clock: announced.clock,
      venues: [
        {
          use: SOLANA,
          key: { env: 'VOYAGE_KEY' },
          options: {
            network: 'simulator',
            rpc: [0, 1].map((node) => ({
              url: `${proxy.url}/node/${node}`,
              wsUrl: `${announced.wsUrl}/node/${node}`,
              requestsPer10s: 1_000,
            })),
            jupiter: { url: proxy.url, requestsPerMinute: 2_000 },
            gecko: { url: `${proxy.url}/api/v2`, requestsPerMinute: 2_000 },
            quoteMint: announced.usdcMint,
            instruments: this.tokens.map(({ mint, symbol, pool, vaults }) => ({ mint, symbol, pool, vaults })),
            risk: { mintAuthority: 'allow', freezeAuthority: 'allow' },
            liquidity: { minUsd: 0 },
            execution: { mode },
            timeScale: SPEED,
            timing: { requestMs: 2_000, rebroadcastMs: 300, statusMs: 100, confirmMs: 9_000, reconnectMinMs: 100 },
          },
        },
      ],
      positions: minutePositions(
        this.tokens.map(({ mint }) => mint),
        'solana/onchain_crypto',
        500,
      ),
      pm: { planner: PLANNER },
      bars: { graceMs: 400 * SPEED, historyBars: 400 },
      log: { level: 'info', pretty: false },
    }
    writeConfig(folder.path, config)
  }

  static async start(options: { readonly seed: number; readonly mode?: 'build' | 'order' }): Promise<SolanaVoyage> {
    const folder = temporaryFolder()
    const simulator = new RunnerProcess(
      ['simulate', SOLANA, '--port', '0', '--speed', String(SPEED), '--seed', String(options.seed)].concat(
        ...[`slotMs=${SLOT_MS}`, 'limits=off', `fund.${WALLET}.sol=100`, `fund.${WALLET}.usdc=100000`].map((pair) => [
          '--option',
          pair,
        ]),
      ),
      { folder: folder.path },
    )
    const line = await simulator.line(/^\{/, 60_000)
    if (line === null) throw new Error(`the simulator says nothing: ${simulator.said()}`)
    const announced = JSON.parse(line) as Announcement
    const proxy = await SwapProxy.start(announced.rpcUrl)
    return new SolanaVoyage(simulator, proxy, folder, announced, options.mode ?? 'build')
  }

  run(): RunnerProcess {
    const env = { VOYAGE_KEY: KEY, NODE_COMPILE_CACHE: join(this.#folder.path, 'compiled') }
    return new RunnerProcess(['run', '--plain'], { folder: this.#folder.path, env })
  }

  /** The store of a runner that is dead. */
  openStore(): Promise<Store> {
    const directory = join(this.#folder.path, 'db')
    const { speed, anchorMs, anchorWallMs } = this.announced.clock
    return openStore({ kind: 'pglite', directory }, { now: () => anchorMs + (Date.now() - anchorWallMs) * speed })
  }

  /** Every swap of the wallet that the chain executed, oldest first. */
  async swaps(): Promise<readonly ChainSwap[]> {
    const swaps = (await this.#control('GET', 'executions')) as readonly ChainSwap[]
    return swaps.filter(({ wallet }) => wallet === WALLET)
  }

  async addFault(fault: FaultInput): Promise<void> {
    await this.#control('POST', 'faults', fault)
  }

  async heal(): Promise<void> {
    await this.#control('DELETE', 'faults')
  }

  async dropSockets(): Promise<void> {
    await this.#control('POST', 'drop-sockets', {})
  }

  /** What the wallet holds of a mint over all of its accounts, base units, as a node tells it. */
  async balance(mint: string): Promise<bigint> {
    const params = [WALLET, { mint }, { encoding: 'jsonParsed', commitment: 'confirmed' }]
    const answer = await fetch(this.announced.rpcUrl, {
      method: 'POST',
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'getTokenAccountsByOwner', params }),
      headers: { 'content-type': 'application/json' },
    })
    const { result } = (await answer.json()) as TokenAccounts
    return result.value.reduce((sum, { account }) => sum + BigInt(account.data.parsed.info.tokenAmount.amount), 0n)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.proxy[Symbol.asyncDispose]()
    await this.#simulator[Symbol.asyncDispose]()
    this.#folder.remove()
  }

  async #control(method: string, path: string, body?: unknown): Promise<unknown> {
    // A connection that is reused may be ended while it is: none is.
    const headers = { connection: 'close' }
    const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
    const answer = await fetch(`${this.announced.controlUrl}/${path}`, init)
    if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`)
    return await answer.json()
  }
}

interface TokenAccounts {
  readonly result: {
    readonly value: readonly {
      readonly account: {
        readonly data: { readonly parsed: { readonly info: { readonly tokenAmount: { readonly amount: string } } } }
      }
    }[]
  }
}
