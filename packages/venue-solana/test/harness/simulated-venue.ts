import { randomBytes, randomUUID } from 'node:crypto'
import { ed25519 } from '@noble/curves/ed25519.js'
import type { Instrument, InstrumentId, OrderRequest, Signer, VenueContext, VenueEvent } from '@portolan/core'
import { decimalFrom, decimalFromNumber, Exact, instrumentId } from '@portolan/core'
import type { Address } from '@solana/kit'
import { SolanaVenue } from '../../src/adapter/solana-venue.ts'
import type { SolanaOptions } from '../../src/options.ts'
import { solanaOptions } from '../../src/options.ts'
import type { FaultInput, SimulatedChain, SimulatorOptionsInput } from '../../src/simulator/index.ts'
import { createSimulatedChain } from '../../src/simulator/index.ts'
import { addressOf } from '../../src/transaction/signed-transaction.ts'
import { ManualClock } from '../market-data/harness/manual-clock.ts'
import { CountingBudget } from '../market-data/harness/market-context.ts'

export const signal = new AbortController().signal

/** What a dead process waits for. */
export const NEVER = new Promise<never>(() => undefined)

/** A key made on the spot. */
function throwawaySigner(seed: Uint8Array = new Uint8Array(randomBytes(32))): Signer {
  return {
    scheme: 'ed25519',
    publicKey: ed25519.getPublicKey(seed),
    sign: (bytes) => Promise.resolve({ bytes: ed25519.sign(bytes, seed), recovery: null }),
  }
}

interface LogLine {
  readonly level: string
  readonly message: string
  readonly fields: Readonly<Record<string, unknown>> | undefined
}

interface AdapterContext extends VenueContext<SolanaOptions> {
  readonly clock: ManualClock
  readonly events: VenueEvent[]
  readonly log: LogLine[]
}

interface WorldSettings {
  readonly chain?: SimulatorOptionsInput
  readonly options?: Readonly<Record<string, unknown>>
  /** In whole units. Default: 5 SOL, 10,000 USDC. */
  readonly money?: { readonly sol: number; readonly usdc: number }
  readonly signer?: Signer
}

/** A simulated chain with a wallet, and adapters on it; all live in a time that moves when something is waited for by {@link World.run}. */
export class World implements AsyncDisposable {
  readonly clock = new ManualClock()
  readonly chain: SimulatedChain
  readonly signer: Signer
  readonly wallet: Address
  readonly log: LogLine[] = []
  readonly #settings: WorldSettings
  readonly #adapters: SolanaVenue[] = []
  /** Adapters whose process has died: their requests lead nowhere, and nothing answers them. */
  readonly #dead = new WeakSet<SolanaVenue>()
  /** Requests that left the adapters: host-less paths or JSON-RPC methods. */
  readonly requests: string[] = []
  /** Rewrites or refuses a request of the adapters; default: passes it on. */
  intercept: (what: string, go: () => Promise<Response>, body: string) => Promise<Response> = (_what, go) => go()

  constructor(settings: WorldSettings = {}) {
    this.#settings = settings
    this.signer = settings.signer ?? throwawaySigner()
    this.wallet = addressOf(this.signer) as Address
    const fund = { [this.wallet]: settings.money ?? { sol: 5, usdc: 10_000 } }
    this.chain = createSimulatedChain({ options: { limits: 'off', ...settings.chain, fund }, clock: this.clock })
  }

  get mints(): ReadonlyMap<string, string> {
    return new Map(this.chain.world.chain.pools.map(({ token }) => [token.symbol, token.mint]))
  }

  /** What the simulator tells of itself. */
  announced(name: 'controlUrl' | 'rpcUrl' | 'usdcMint'): string {
    const text = this.chain.announcement[name]
    if (typeof text !== 'string') throw new Error(`the simulator announces no ${name}`)
    return text
  }

  mint(symbol: string): InstrumentId {
    const mint = this.mints.get(symbol)
    if (mint === undefined) throw new Error(`no ${symbol}`)
    return instrumentId(mint)
  }

  context(more: Readonly<Record<string, unknown>> = {}): AdapterContext {
    const { log, clock, chain, signer } = this
    const budgets = new Map<string, CountingBudget>()
    const at = (level: string) => (message: string, fields?: Readonly<Record<string, unknown>>) =>
      void log.push({ level, message, fields })
    const instruments = [...this.mints.values()].map((mint) => ({ mint, trusted: true }))
    const options = { ...chain.venueOptions, instruments, ...this.#settings.options, ...more }
    const events: VenueEvent[] = []
    return {
      options: solanaOptions.parse(options),
      label: 'test',
      roles: new Set(['data', 'execution']),
      logger: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') },
      signal: new AbortController().signal,
      clock,
      fetch: ((input: string | URL, init?: RequestInit) => this.#fetch(input, init)) as typeof globalThis.fetch,
      connect: chain.connect,
      signer,
      budget: (spec) => {
        const known = budgets.get(spec.name) ?? new CountingBudget({ ...spec, capacity: 1e9 }, clock)
        budgets.set(spec.name, known)
        return known
      },
      emit: (event) => void events.push(event),
      events,
      log,
    }
  }

  /** A new adapter instance that has started: as after a restart of the process. */
  async adapter(more: Readonly<Record<string, unknown>> = {}): Promise<SolanaVenue> {
    // The money of the first slot is confirmed some slots later.
    if (this.#adapters.length === 0) await this.pass(5_000)
    const context = this.context(more)
    const venue: SolanaVenue = new SolanaVenue(
      { ...context, fetch: (input, init) => (this.#dead.has(venue) ? NEVER : context.fetch(input, init)) },
      () => 0.5,
    )
    this.#adapters.push(venue)
    await this.run(venue.start(signal))
    return venue
  }

  /** The process of an adapter dies. */
  kill(venue: SolanaVenue): void {
    this.#dead.add(venue)
  }

  /** Lets time pass until a promise is settled. */
  async run<T>(promise: Promise<T>, stepMs = 100): Promise<T> {
    let done = false
    const settled = promise.finally(() => {
      done = true
    })
    settled.catch(() => undefined)
    for (let steps = 0; steps < 20_000; steps += 1) {
      for (let turn = 0; turn < 8 && !done; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve))
      if (done) return settled
      this.clock.advance(stepMs)
    }
    throw new Error('nothing more happens')
  }

  /** Lets time pass. */
  async pass(ms: number): Promise<void> {
    await this.run(this.clock.sleep(ms), Math.max(100, ms / 1_000))
  }

  fault(...faults: readonly FaultInput[]): Promise<unknown> {
    return this.control('faults', faults)
  }

  async control(route: string, body: unknown): Promise<unknown> {
    const url = `${this.announced('controlUrl')}/${route}`
    const reply = await this.chain.fetch(url, { method: 'POST', body: JSON.stringify(body) })
    if (!reply.ok) throw new Error(await reply.text())
    return reply.json()
  }

  /** Every swap that landed for the wallet and went through. */
  async executed(): Promise<
    readonly { readonly signature: string; readonly deltas: Readonly<Record<string, string>> }[]
  > {
    const reply = await this.chain.fetch(`${this.announced('controlUrl')}/executions`)
    const all = (await reply.json()) as {
      signature: string
      wallet: string
      err: unknown
      deltas: Record<string, string>
    }[]
    return all.filter(({ wallet, err }) => wallet === this.wallet && err === null)
  }

  /** USD for one token now. */
  price(symbol: string): number {
    const { chain } = this.chain.world
    const pool = chain.pools.find(({ token }) => token.symbol === symbol)
    if (pool === undefined) throw new Error(`no ${symbol}`)
    return pool.priceAt(chain.tip)
  }

  /** A market-like order: by default 3 % through the price. */
  order(
    symbol: string,
    side: 'buy' | 'sell',
    amount: { readonly usd?: number; readonly quantity?: string; readonly through?: number },
    changes: Partial<OrderRequest> = {},
  ): OrderRequest {
    const price = this.price(symbol)
    const usd = amount.usd ?? 100
    const through = amount.through ?? 0.03
    const limit = side === 'buy' ? price * (1 + through) : price * (1 - through)
    const quantity = amount.quantity ?? new Exact(usd).div(price).toDecimalPlaces(4).toFixed()
    return {
      instrument: this.mint(symbol),
      side,
      quantity: decimalFrom(new Exact(quantity)),
      spend: side === 'buy' ? decimalFromNumber(usd) : null,
      limitPrice: decimalFrom(new Exact(limit).toDecimalPlaces(12)),
      reduceOnly: side === 'sell',
      closesPosition: false,
      urgency: 'normal',
      intentId: randomUUID(),
      ...changes,
    }
  }

  async instrument(venue: SolanaVenue, symbol: string): Promise<Instrument> {
    const found = (await venue.instruments(signal)).find(({ id }) => id === this.mint(symbol))
    if (found === undefined) throw new Error(`${symbol} is not listed`)
    return found
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const adapter of this.#adapters) await adapter[Symbol.asyncDispose]()
    this.chain[Symbol.dispose]()
  }

  async #fetch(input: string | URL, init?: RequestInit): Promise<Response> {
    const body = typeof init?.body === 'string' ? init.body : ''
    const method = /"method":"(\w+)"/.exec(body)?.[1]
    const what = method ?? new URL(input).pathname
    this.requests.push(what)
    return this.intercept(what, () => this.chain.fetch(input, init), body)
  }
}
