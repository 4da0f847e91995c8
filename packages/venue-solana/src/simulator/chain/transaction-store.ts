import type { LandedTransaction } from './landed-transaction.ts'

/** Landed transactions, by signature, slot and address. */
export class TransactionStore {
  readonly #bySignature = new Map<string, LandedTransaction>()
  readonly #bySlot = new Map<number, LandedTransaction[]>()
  readonly #byAddress = new Map<string, LandedTransaction[]>()

  get size(): number {
    return this.#bySignature.size
  }

  add(transaction: LandedTransaction): void {
    this.#bySignature.set(transaction.signature, transaction)
    append(this.#bySlot, transaction.slot, transaction)
    for (const key of transaction.keys) append(this.#byAddress, key, transaction)
  }

  get(signature: string): LandedTransaction | undefined {
    return this.#bySignature.get(signature)
  }

  /** In the order in which they landed. */
  all(): Iterable<LandedTransaction> {
    return this.#bySignature.values()
  }

  inSlot(slot: number): readonly LandedTransaction[] {
    return this.#bySlot.get(slot) ?? []
  }

  /** Oldest first. */
  of(address: string): readonly LandedTransaction[] {
    return this.#byAddress.get(address) ?? []
  }
}

function append<Key>(map: Map<Key, LandedTransaction[]>, key: Key, transaction: LandedTransaction): void {
  const list = map.get(key)
  if (list === undefined) map.set(key, [transaction])
  else list.push(transaction)
}
