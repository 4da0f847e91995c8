import type { RefusedCount } from '@portolan/core'
import type { AccountReader } from '../../instruments/account-reader.ts'
import { AccountKeeper } from '../socket/account-keeper.ts'
import type { SlotSocketParts } from '../socket/slot-socket.ts'
import { SlotSocket } from '../socket/slot-socket.ts'
import type { PoolWatch } from './pool-watch.ts'

export interface PoolStreamParts extends SlotSocketParts {
  readonly accounts: AccountReader
  readonly malformed: RefusedCount
  /** Accounts that may be watched. */
  readonly subscriptions: number
}

/** Two vaults each: one request holds at most 100 accounts. */
const POOLS_PER_REQUEST = 50
/** A reading that is needed and cannot be had for this many times `settleMs` ends the feed. */
const PATIENCE = 25

/** Vaults of many pools over one socket, with readings where the stream is not enough. */
export class PoolStream {
  readonly #parts: PoolStreamParts
  readonly #socket: SlotSocket
  readonly #keeper: AccountKeeper
  readonly #stopped = new AbortController()
  #pools: readonly PoolWatch[] = []
  readonly #byVault = new Map<string, PoolWatch[]>()
  #timers: readonly Disposable[] = []
  #reading = false
  /** No reading is tried before this time, ms. */
  #notBefore = 0

  constructor(parts: PoolStreamParts) {
    this.#parts = parts
    const { clock, logger, timing } = parts
    this.#socket = new SlotSocket(parts, {
      onOpen: () => this.#keeper.onOpen(),
      onFrame: (frame) => {
        if (frame.kind === 'malformed') parts.malformed.add('socket', frame.why)
        else this.#keeper.onFrame(frame)
      },
      onDown: (since) => {
        this.#keeper.onDown()
        for (const pool of this.#pools) pool.onDown(since)
      },
    })
    this.#keeper = new AccountKeeper({
      clock,
      logger,
      ackMs: timing.ackMs,
      send: (message) => this.#socket.send(message),
      onWatched: (address) => this.#each(address, (pool) => pool.onWatched(address, this.#socket.slot)),
      onAccount: (address, slot, account) => this.#each(address, (pool) => pool.onAccount(address, slot, account)),
    })
  }

  /** The whole set of pools from now on. */
  watch(pools: readonly PoolWatch[]): void {
    const { endpoints, subscriptions, logger, clock, timing } = this.#parts
    const most = endpoints.length === 0 ? 0 : Math.floor(subscriptions / 2)
    if (pools.length > most) logger.warn('more pools are wanted than can be watched', { wanted: pools.length, most })
    const dropped = this.#pools.filter((pool) => !pools.includes(pool))
    for (const pool of dropped) pool.onDown(clock.now())
    this.#pools = pools.slice(0, most)
    this.#byVault.clear()
    for (const pool of this.#pools) {
      for (const vault of pool.vaults) this.#byVault.set(vault, [...(this.#byVault.get(vault) ?? []), pool])
    }
    this.#keeper.want([...this.#byVault.keys()])
    // A vault that two pools name is watched already: the second one is not told of it again.
    for (const pool of this.#pools) {
      for (const vault of pool.vaults) if (this.#keeper.isWatched(vault)) pool.onWatched(vault, this.#socket.slot)
    }
    if (this.#pools.length === 0 || this.#timers.length > 0) return
    this.#socket.start()
    this.#timers = [
      clock.every(Math.max(1, timing.settleMs), () => this.#check()),
      clock.every(timing.verifyMs, () => void this.#read(this.#pools.filter((pool) => pool.need === null))),
    ]
  }

  stop(): void {
    this.#stopped.abort(new Error('the venue was disposed'))
    for (const timer of this.#timers) timer[Symbol.dispose]()
    this.#keeper.stop()
    this.#socket.stop()
  }

  #each(vault: string, run: (pool: PoolWatch) => void): void {
    for (const pool of this.#byVault.get(vault) ?? []) run(pool)
    this.#check()
  }

  #check(): void {
    const { clock, timing } = this.#parts
    const now = clock.now()
    for (const pool of this.#pools) {
      pool.onTime()
      if (pool.need === 'settle' && now - pool.needSince > PATIENCE * timing.settleMs) pool.lose(pool.needSince)
    }
    // A slot of the stream has to be known before a reading can be compared with it.
    if (this.#socket.slotAt === null || this.#reading || now < this.#notBefore) return
    const needy = this.#pools.filter((pool) => pool.isDue(now))
    if (needy.length > 0) void this.#read(needy)
  }

  /** A failed reading changes nothing: the need stays, and is asked again a moment later. */
  async #read(pools: readonly PoolWatch[]): Promise<void> {
    if (this.#reading || pools.length === 0) return
    this.#reading = true
    try {
      for (let at = 0; at < pools.length; at += POOLS_PER_REQUEST) {
        const some = pools.slice(at, at + POOLS_PER_REQUEST)
        const addresses = some.flatMap(({ vaults }) => vaults)
        const { slot, accounts } = await this.#parts.accounts.multipleAccounts(addresses, this.#stopped.signal)
        for (const [index, pool] of some.entries()) {
          pool.onReading(slot, [accounts[index * 2] ?? null, accounts[index * 2 + 1] ?? null])
        }
      }
    } catch (error) {
      if (this.#stopped.signal.aborted) return
      this.#notBefore = this.#parts.clock.now() + this.#parts.timing.reconnectMinMs
      this.#parts.logger.debug('pools could not be read', { error })
    } finally {
      this.#reading = false
    }
  }
}
