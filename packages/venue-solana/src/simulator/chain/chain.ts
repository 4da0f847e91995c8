import type { Address } from '@solana/kit'
import { Pool } from '../market/pool.ts'
import { TOKENS } from '../market/token-profile.ts'
import { AccountHistory } from './account-history.ts'
import type { AccountState } from './account-state.ts'
import { sameAccount } from './account-state.ts'
import { TOKEN_2022_PROGRAM, TOKEN_PROGRAM } from './addresses.ts'
import { layGenesis } from './genesis.ts'
import type { Journal, JournalRecord, SavedAccount } from './journal.ts'
import { NO_JOURNAL } from './journal.ts'
import type { LandedTransaction } from './landed-transaction.ts'
import { landedTransaction } from './landed-transaction.ts'
import { restoredAccount, savedAccount } from './saved-account.ts'
import { SlotClock } from './slot-clock.ts'
import { Svm } from './svm.ts'
import { decodeTokenAccount } from './token-layout.ts'
import type { TransactionErrorJson } from './transaction-error.ts'
import { landsWith } from './transaction-error.ts'
import { TransactionStore } from './transaction-store.ts'
import { Vaults } from './vaults.ts'
import type { WireTransaction } from './wire-transaction.ts'
import { decodeWire, signaturesHold } from './wire-transaction.ts'

/** Slots stepped one by one when time jumps; what lies before is passed over unless something lands there. */
const LONGEST_WALK = 256

export interface ChainOptions {
  readonly seed: string
  readonly slotMs: number
  readonly usdcMint: Address
  /** ms: where time starts. */
  readonly now: number
}

/** Who is told of the chain. */
export interface ChainAudience {
  /** A slot has ended with everything in it. */
  onSlot(slot: number): void
  /** Something landed in the present slot after it was told of. */
  onLate(transaction: LandedTransaction): void
}

type Landing =
  | { readonly landed: LandedTransaction }
  | { readonly landed?: undefined; readonly error: TransactionErrorJson }

interface Pending {
  readonly wire: WireTransaction
  readonly slot: number
}

/** One chain: slots, accounts in a real SVM, transactions that wait and that landed. It has no clock of its own: it is advanced. */
export class Chain {
  readonly slots: SlotClock
  readonly usdcMint: Address
  readonly pools: readonly Pool[]
  readonly transactions = new TransactionStore()
  readonly svm = new Svm()
  readonly seed: string
  /** The slot whose block was last produced. */
  tip: number
  #journal: Journal = NO_JOURNAL
  readonly #history = new AccountHistory()
  readonly #vaults: Vaults
  readonly #pending = new Map<string, Pending>()
  /** Transactions that can never land, whoever sends them: a fault. */
  readonly #doomed = new Set<string>()
  /** Accounts that differ from the first block's, for a saved state. */
  readonly #touched = new Set<Address>()
  /** Every token account there ever was, by token program: what owners have is found among them. */
  readonly #tokenAccounts = new Map<Address, Set<Address>>([
    [TOKEN_PROGRAM, new Set()],
    [TOKEN_2022_PROGRAM, new Set()],
  ])
  readonly #audience = new Set<ChainAudience>()

  constructor(options: ChainOptions) {
    this.seed = options.seed
    this.usdcMint = options.usdcMint
    this.slots = new SlotClock(options.slotMs, options.seed)
    this.tip = this.slots.slotAt(options.now)
    this.pools = TOKENS.map((token) => new Pool(token, options.usdcMint, options.seed, this.slots))
    this.#vaults = new Vaults(this.pools)
    layGenesis(this.svm, this.pools, options.usdcMint)
    for (const program of this.#tokenAccounts.keys()) {
      for (const at of this.svm.ownedBy(program)) this.#index(at, this.svm.get(at))
    }
  }

  /** Tells somebody of the chain until the returned function is called. */
  join(audience: ChainAudience): () => void {
    this.#audience.add(audience)
    return () => this.#audience.delete(audience)
  }

  /** Restores what a journal kept, then writes to it. */
  resume(records: Iterable<JournalRecord>, journal: Journal): void {
    for (const record of records) this.#replay(record)
    this.#journal = journal
  }

  /** Everything a saved state must have, as records. */
  *capture(): Generator<JournalRecord> {
    yield { kind: 'tip', slot: this.tip }
    for (const pool of this.pools) {
      for (const event of pool.events) yield { kind: 'pool', symbol: pool.token.symbol, event }
    }
    yield { kind: 'accounts', accounts: [...this.#touched].map((at) => savedAccount(at, this.svm.get(at))) }
    for (const transaction of this.transactions.all()) yield { kind: 'landed', transaction, accounts: [], pools: [] }
    for (const { wire, slot } of this.#pending.values()) yield { kind: 'pending', wire: base64(wire.bytes), slot }
    for (const signature of this.#doomed) yield { kind: 'doomed', signature }
  }

  /** Lets everything happen that happens until `ms`. */
  advanceTo(ms: number): void {
    const target = this.slots.slotAt(ms)
    while (this.tip < target) {
      const next = this.#nextLanding()
      this.tip = Math.max(this.tip + 1, Math.min(target - LONGEST_WALK, next))
      this.#produce()
    }
  }

  /** The account at the end of a slot, by default as it is now. */
  read(at: Address, slot = this.tip): AccountState | undefined {
    const state = this.#history.at(at, slot, () => this.svm.get(at))
    return this.#vaults.at(at, state, slot)
  }

  /** Addresses of accounts changed by transactions of a slot. */
  changedIn(slot: number): Address[] {
    return this.#history.changedIn(slot)
  }

  /** Addresses that are or were token accounts of a token program. */
  tokenAccounts(program: Address): readonly Address[] {
    return [...(this.#tokenAccounts.get(program) ?? [])]
  }

  poolOf(at: string): Pool | undefined {
    return this.pools.find((pool) => pool.address === at)
  }

  decode(bytes: Uint8Array): WireTransaction {
    return decodeWire(bytes, (table) => this.svm.get(table))
  }

  /** What would become of a transaction if it landed now. */
  simulate(wire: WireTransaction): ReturnType<Svm['simulate']> {
    this.#prepare()
    return this.svm.simulate(wire)
  }

  /** Takes a transaction to be landed `delay` slots from now. One that already waits or has landed stays what it is. */
  submit(wire: WireTransaction, delay: number): void {
    const { signature } = wire
    if (this.transactions.get(signature) !== undefined || this.#doomed.has(signature)) return
    const waiting = this.#pending.get(signature)
    const slot = this.tip + Math.max(1, delay)
    if (waiting !== undefined && waiting.slot <= slot) return
    this.#journal.append({ kind: 'pending', wire: base64(wire.bytes), slot })
    this.#pending.set(signature, { wire, slot })
  }

  /** The transaction never lands, however often it is sent. */
  doom(signature: string): void {
    this.#journal.append({ kind: 'doomed', signature })
    this.#doomed.add(signature)
    this.#pending.delete(signature)
  }

  /** Lands a transaction in the present slot. Returns why not, or `null`. */
  landNow(wire: WireTransaction): TransactionErrorJson | null {
    this.#prepare()
    const landing = this.#land(wire)
    if (landing.landed === undefined) return landing.error
    const { landed } = landing
    for (const audience of this.#audience) audience.onLate(landed)
    return landed.err
  }

  /** Changes an account past the runtime's rules: a fault. */
  overwrite(at: Address, state: AccountState): void {
    this.#journal.append({ kind: 'accounts', accounts: [savedAccount(at, state)] })
    this.#write(at, this.svm.get(at), state)
  }

  /** A pool event from outside: a fault. */
  disturb(pool: Pool, event: Parameters<Pool['apply']>[0]): void {
    this.#journal.append({ kind: 'pool', symbol: pool.token.symbol, event })
    pool.apply(event)
  }

  #nextLanding(): number {
    let next = Number.POSITIVE_INFINITY
    for (const { slot } of this.#pending.values()) next = Math.min(next, slot)
    return next
  }

  #produce(): void {
    const due = [...this.#pending.values()].filter(({ slot }) => slot <= this.tip).sort((a, b) => a.slot - b.slot)
    if (due.length > 0) this.#prepare()
    for (const { wire } of due) {
      this.#pending.delete(wire.signature)
      this.#land(wire)
    }
    for (const audience of this.#audience) audience.onSlot(this.tip)
  }

  /** Brings the runtime's time and the vaults to the present slot. */
  #prepare(): void {
    this.svm.setTime(this.tip, Math.floor(this.slots.timeOf(this.tip) / 1000))
    for (const at of this.#vaults.addresses) {
      const state = this.read(at)
      if (state !== undefined) this.svm.set(at, state)
    }
  }

  /** Lands it, or tells the error with which it cannot. */
  #land(wire: WireTransaction): Landing {
    const { signature } = wire
    if (this.transactions.get(signature) !== undefined) return { error: 'AlreadyProcessed' }
    if (this.#doomed.has(signature)) return { error: 'BlockhashNotFound' }
    if (!signaturesHold(wire)) return { error: 'SignatureFailure' }
    if (this.slots.heightOfBlockhash(wire.blockhash, this.tip) === undefined) return { error: 'BlockhashNotFound' }
    const before = wire.keys.map((key) => this.svm.get(key))
    const execution = this.svm.execute(wire)
    if (execution.err !== null && !landsWith(execution.err)) return { error: execution.err }
    const after = wire.keys.map((key) => this.svm.get(key))
    const at = { slot: this.tip, blockTime: Math.floor(this.slots.timeOf(this.tip) / 1000) }
    const transaction = landedTransaction(wire, execution, at, before, after, (mint) => this.svm.get(mint))
    const changed = wire.keys.flatMap((key, index) =>
      sameAccount(before[index], after[index]) ? [] : [{ key, index }],
    )
    const touched = changed.map(({ key }) => key)
    const pools = this.#vaults.marks(touched, this.tip, (vault) => this.svm.get(vault))
    const accounts = changed.map(({ key, index }) => savedAccount(key, after[index]))
    // Nobody may see it land before it would survive a kill.
    this.#journal.append({ kind: 'landed', transaction, accounts, pools })
    for (const { key, index } of changed) this.#write(key, before[index], after[index], true)
    for (const { symbol, event } of pools) this.#poolNamed(symbol)?.apply(event)
    this.transactions.add(transaction)
    return { landed: transaction }
  }

  #write(at: Address, before: AccountState | undefined, after: AccountState | undefined, isInSvm = false): void {
    if (!isInSvm && after !== undefined) this.svm.set(at, after)
    this.#history.record(at, this.tip, before, after)
    this.#touched.add(at)
    this.#index(at, after)
  }

  #index(at: Address, state: AccountState | undefined): void {
    if (state !== undefined && decodeTokenAccount(state) !== undefined) this.#tokenAccounts.get(state.owner)?.add(at)
  }

  #replay(record: JournalRecord): void {
    switch (record.kind) {
      case 'tip':
        this.tip = Math.max(this.tip, record.slot)
        return
      case 'pool':
        this.#poolNamed(record.symbol)?.apply(record.event)
        return
      case 'accounts':
        for (const account of record.accounts) this.#restoreAccount(account)
        return
      case 'doomed':
        this.#doomed.add(record.signature)
        this.#pending.delete(record.signature)
        return
      case 'pending': {
        const wire = this.decode(Uint8Array.from(Buffer.from(record.wire, 'base64')))
        this.#pending.set(wire.signature, { wire, slot: record.slot })
        return
      }
      case 'landed':
        for (const account of record.accounts) this.#restoreAccount(account)
        for (const { symbol, event } of record.pools) this.#poolNamed(symbol)?.apply(event)
        this.transactions.add(record.transaction)
        this.#pending.delete(record.transaction.signature)
        this.tip = Math.max(this.tip, record.transaction.slot)
        return
    }
  }

  #restoreAccount(saved: SavedAccount): void {
    const { at, state } = restoredAccount(saved)
    this.#touched.add(at)
    this.svm.set(at, state)
    this.#index(at, state)
  }

  #poolNamed(symbol: string): Pool | undefined {
    return this.pools.find((pool) => pool.token.symbol === symbol)
  }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}
