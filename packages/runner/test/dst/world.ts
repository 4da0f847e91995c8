import type { Clock } from '@portolan/core'
import { parseVenueKey } from '@portolan/core'
import { composeRunner } from '../../src/composition/create-runner.ts'
import type { Environment } from '../../src/composition/environment.ts'
import { seededRandom } from '../../src/lookahead/seeded-random.ts'
import type { Setup } from '../../src/registry/index.ts'
import type { TradingOrder, TradingState } from '../../src/risk/index.ts'
import type { Runner } from '../../src/runner.ts'
import type { RunnerLogger } from '../../src/services/index.ts'
import { createLogger, VirtualClock } from '../../src/services/index.ts'
import { createMemoryStore } from '../../src/store/memory/memory-store.ts'
import type { Store } from '../../src/store/store.ts'
import type { FaultRates } from './fault-rates.ts'
import { NO_FAULTS } from './fault-rates.ts'
import { faultyStore } from './faulty-store.ts'
import { addressOf, FaultyTransport } from './faulty-transport.ts'
import { ProcessClock } from './process-clock.ts'
import { ProcessLife } from './process-life.ts'
import type { SimulatedMarket } from './simulated-market.ts'

/** Some minutes before an hour is full: venues that pay funding pay it while things go wrong. */
const START = 1_780_001_700_000
const MINUTE = 60_000
/** From so much too slow to so much too fast, in all. */
const WRONG_CLOCK_MS = 240_000
/** How long a process without its claim may go on. */
const ZOMBIE_MS = 4 * MINUTE

/** Changes what a process has before it gets it: where a known bug is planted. */
export interface Sabotage {
  readonly store?: (store: Store, life: ProcessLife) => Store
  readonly setup?: (setup: Setup) => Setup
}

/** An order was asked for at a venue. */
export interface SentOrder {
  readonly id: string
  readonly at: number
  /** The state on disk at that moment. */
  readonly onDisk: string | null
  readonly mayResend: boolean
}

/** A person's word, and since when it holds. */
export interface TradingWord {
  readonly at: number
  readonly state: TradingState
}

export interface WorldOptions {
  readonly seed: number
  readonly rates: FaultRates
  readonly markets: (clock: Clock) => readonly SimulatedMarket[]
  readonly setup: (markets: readonly SimulatedMarket[]) => Promise<Setup>
  readonly sabotage?: Sabotage
  readonly verbose?: boolean
}

interface Process {
  readonly life: ProcessLife
  /** Its start is done: it has its claims. */
  started: boolean
  readonly clock: ProcessClock
  readonly transport: FaultyTransport
  readonly runner: Runner
}

/**
 * One runner after another on one disk, before simulated venues, under one clock and one source of chance. All of it is the production code; only clock,
 * connections, disk and chance are given.
 */
export class World {
  readonly clock: VirtualClock
  readonly disk: Store
  readonly sent: SentOrder[] = []
  readonly words: TradingWord[] = []
  readonly log: string[] = []
  /** Whether everything is to be sold off, by what was ordered last. */
  isSellingOff = false
  crashes = 0
  starts = 0
  refusedStarts = 0
  zombies = 0
  rates: FaultRates
  readonly #random: () => number
  readonly #markets: readonly SimulatedMarket[]
  readonly #setup: Setup
  readonly #sabotage: Sabotage
  readonly #logger: RunnerLogger
  /** Those that run without a claim, by now or soon. */
  readonly #others = new Set<ProcessLife>()
  #process: Process | null = null
  #restartAt: number | null = null

  private constructor(options: WorldOptions, clock: VirtualClock, markets: readonly SimulatedMarket[], setup: Setup) {
    this.clock = clock
    this.#random = seededRandom(options.seed)
    this.rates = options.rates
    this.#markets = markets
    this.#sabotage = options.sabotage ?? {}
    this.#setup = this.#sabotage.setup?.(setup) ?? setup
    this.disk = this.#noteWords(createMemoryStore({ now: () => this.clock.now(), keepSteps: true }))
    const stream = { write: (line: string) => void this.log.push(`${this.clock.now() - START} ${line.trim()}`) }
    this.#logger = createLogger({ level: options.verbose === true ? 'debug' : 'silent', pretty: false, stream })
  }

  static async create(options: WorldOptions): Promise<World> {
    const clock = new VirtualClock(START)
    const markets = options.markets(clock)
    return new World(options, clock, markets, await options.setup(markets))
  }

  get markets(): readonly SimulatedMarket[] {
    return this.#markets
  }

  /** Lets so many minutes go by with whatever goes wrong in them. */
  async live(minutes: number): Promise<void> {
    for (let minute = 0; minute < minutes; minute += 1) {
      this.#mischief()
      const end = this.clock.now() + MINUTE
      while (this.clock.now() < end) {
        this.#keepRunning()
        const next = Math.min(end, this.clock.now() + 1_000)
        await this.clock.advanceTo(next)
      }
    }
  }

  /** Nothing goes wrong any more, for so many minutes. */
  async recover(minutes: number): Promise<void> {
    this.rates = NO_FAULTS
    for (const market of this.#markets) market.heal()
    this.#process?.transport.dropSockets()
    this.#process?.clock.correct()
    await this.live(minutes)
  }

  /** Kills what runs; nothing is started again. */
  end(): void {
    this.#process?.life.end()
    this.#process = null
    for (const life of this.#others) life.end()
    for (const market of this.#markets) market[Symbol.dispose]()
  }

  /** Orders a trading state for everything, as `portolan halt` and the others do. */
  async order(state: TradingState, flatten: boolean): Promise<void> {
    const at = this.clock.now()
    for (const scope of this.#scopes()) {
      const flattenAt = flatten ? at : null
      await this.disk.saveTradingOrder({ scope, target: 'all', state, flattenAt, reason: 'a test', by: 'operator', at })
    }
  }

  /** Whose books there are. */
  get scope(): string {
    return this.#scopes()[0] ?? ''
  }

  #scopes(): readonly string[] {
    return ['live@simulator']
  }

  /** A supervisor: whoever dies or gives up is started again after a while. */
  #keepRunning(): void {
    const current = this.#process
    if (current !== null && !current.life.alive) {
      this.crashes += 1
      this.#process = null
      this.#restartAt = this.clock.now() + Math.floor(this.#random() * 90_000)
    }
    if (this.#process !== null || (this.#restartAt !== null && this.clock.now() < this.#restartAt)) return
    this.#process = this.#start()
  }

  #start(): Process {
    this.starts += 1
    const process = this.#processOf(this.starts)
    const { runner, life } = process
    const giveUp = (): void => {
      if (!life.alive) return
      void runner.stop().catch(() => undefined)
      // As an exit with an error: what still runs ends with it.
      this.clock.after(5_000, () => life.end())
    }
    runner.failed.addEventListener('abort', giveUp)
    runner.start().then(() => {
      process.started = true
    }, giveUp)
    return process
  }

  #processOf(number: number): Process {
    for (const market of this.#markets) market.onProcess()
    const life = new ProcessLife()
    const isWrong = this.#random() < this.rates.wrongClock
    const clock = new ProcessClock(this.clock, life, isWrong ? Math.floor((this.#random() - 0.5) * WRONG_CLOCK_MS) : 0)
    const random = seededRandom(Math.floor(this.#random() * 2 ** 32))
    const rates = () => this.rates
    const transport = new FaultyTransport({
      life,
      clock: this.clock,
      random,
      rates,
      fetch: async (input, init) => this.#market(addressOf(input)).fetch(input, init),
      connect: (url, handlers) => this.#market(url).connect(url, handlers),
      onRequest: (url, body) => this.#watch(url, body),
    })
    const disk = this.#sabotage.store?.(this.disk, life) ?? this.disk
    const environment: Environment = {
      clock: () => clock,
      fetch: transport.fetch,
      openTransport: () => ({ connect: transport.connect, [Symbol.dispose]: () => undefined }),
      openStore: async () => faultyStore({ store: disk, life, clock: this.clock, random, rates }),
      serveStore: () => null,
      startSimulators: () => Promise.reject(new Error('there are none to start')),
      newRunId: () => `run-${number}`,
    }
    const runner = composeRunner({ setup: this.#setup, logger: this.#logger }, environment)
    return { life, started: false, clock, transport, runner }
  }

  #market(url: string): SimulatedMarket {
    const market = this.#markets.find((candidate) => candidate.serves(url))
    if (market === undefined) throw new Error(`nobody is at ${url}`)
    return market
  }

  /** Notes what an order's row says when its order goes out. */
  #watch(url: string, body: string): void {
    const market = this.#market(url)
    const account = { scope: this.scope, venue: parseVenueKey(market.venue), label: 'default' }
    for (const id of market.ordersIn(url, body)) {
      const at = this.clock.now()
      void this.disk.findOrders(account, [id]).then(([row]) => {
        this.sent.push({ id, at, onDisk: row?.state ?? null, mayResend: market.mayResend })
      })
    }
  }

  /** What goes wrong in a minute, beside what goes wrong in calls. */
  #mischief(): void {
    const { rates } = this
    const random = this.#random
    const process = this.#process
    const hit = (rate: number): boolean => random() < rate
    if (hit(rates.socketDrops)) process?.transport.dropSockets()
    if (hit(rates.socketsStall)) process?.transport.stallSockets()
    if (hit(rates.clockJumps)) process?.clock.jump(Math.floor((random() - 0.5) * 20_000))
    if (hit(rates.venueDown)) for (const market of this.#markets) market.harm(random)
    if (hit(rates.kill) && process !== null) this.clock.after(random() * MINUTE, () => process.life.end())
    if (hit(rates.zombie) && process !== null) this.#disown(process, random() * ZOMBIE_MS)
    if (hit(rates.secondStart) && process !== null) this.#startSecond(process)
    if (hit(rates.operator)) {
      const state = (['halted', 'reducing', 'active', 'active'] as const)[Math.floor(random() * 4)] ?? 'active'
      void this.order(state, state === 'halted' && random() < 0.5)
    }
  }

  /** Another runner gets the claim, and this one goes on for a while without knowing. */
  #disown(process: Process, forMs: number): void {
    this.zombies += 1
    process.life.loseClaims()
    this.#others.add(process.life)
    this.clock.after(forMs, () => process.life.end())
    if (this.#process !== process) return
    this.#process = null
    this.#restartAt = this.clock.now()
  }

  /** Somebody starts a second runner on the same books. It must be refused, and the first must not notice. */
  #startSecond(first: Process): void {
    const { started } = first
    const second = this.#processOf(this.starts + 1_000)
    this.#others.add(second.life)
    second.runner.start().then(
      () => {
        // Before the first has its claims the second is the first.
        if (started && first.life.alive) this.log.push(`${this.clock.now()} A SECOND RUNNER STARTED`)
      },
      () => {
        this.refusedStarts += 1
      },
    )
    this.clock.after(30_000, () => second.life.end())
  }

  /** Remembers what was ordered of trading, whoever ordered it. */
  #noteWords(store: Store): Store {
    return new Proxy(store, {
      get: (target, name, receiver) => {
        const value: unknown = Reflect.get(target, name, receiver)
        if (typeof value !== 'function') return value
        if (name !== 'saveTradingOrder') return value.bind(target)
        return async (order: TradingOrder) => {
          await target.saveTradingOrder(order)
          this.words.push({ at: this.clock.now(), state: order.state })
          this.isSellingOff = order.flattenAt !== null
        }
      },
    })
  }
}
