/** Which of a pool's two vaults. */
export type Side = 'base' | 'quote'

/** Both balances at one slot, base units without decimals. */
export interface Reserves {
  readonly slot: number
  readonly base: bigint
  readonly quote: bigint
}

/** What a slot changed. */
export interface ReserveChange {
  readonly before: Reserves | null
  readonly after: Reserves
}

interface Half {
  base?: bigint
  quote?: bigint
  /** When its first half came, ms. */
  readonly since: number
}

/** A price that moves by more than this factor within a slot is read before it is believed. */
const DOUBTFUL_FACTOR = 1.5

/** A reader that never settles keeps no more slots than this. */
const MOST_PENDING = 256

/**
 * Two vaults make one price only when both are of the same slot: half a swap would be a price that never was. Notifications of a vault come once a slot, in any
 * order between the vaults, sometimes twice and sometimes late; each (vault, slot) counts once, and what is older than what was told is passed over.
 */
export class PoolReserves {
  #told: Reserves | null = null
  readonly #pending = new Map<number, Half>()
  /** The slot that was not believed. */
  #doubted: number | null = null

  get last(): Reserves | null {
    return this.#told
  }

  /** Takes a notification and returns the slots that are whole now, oldest first. */
  onVault(side: Side, slot: number, amount: bigint, at: number): readonly ReserveChange[] {
    if (this.#told === null || slot <= this.#told.slot) return []
    const half = this.#pending.get(slot) ?? { since: at }
    // The first one of a slot counts.
    half[side] ??= amount
    this.#pending.set(slot, half)
    return this.#advance()
  }

  /**
   * Whether half of a slot has waited since before this time (ms), for the other vault did not change or its notification is lost; or whether a slot is not to be
   * believed. Only a reading can tell.
   */
  isInDoubt(before: number): boolean {
    if (this.#doubted !== null || this.#pending.size > MOST_PENDING) return true
    for (const half of this.#pending.values()) if (half.since <= before) return true
    return false
  }

  /** Takes both balances as they were read at one slot. `null`: it is older than what is known, or there is nothing new. */
  onReading(reading: Reserves): ReserveChange | null {
    const before = this.#told
    if (before !== null && reading.slot <= before.slot) return null
    for (const slot of this.#pending.keys()) if (slot <= reading.slot) this.#pending.delete(slot)
    if (this.#doubted !== null && this.#doubted <= reading.slot) this.#doubted = null
    this.#told = reading
    const isNew = before === null || before.base !== reading.base || before.quote !== reading.quote
    return isNew ? { before, after: reading } : null
  }

  #advance(): readonly ReserveChange[] {
    const changes: ReserveChange[] = []
    for (const slot of [...this.#pending.keys()].sort((a, b) => a - b)) {
      const { base, quote } = this.#pending.get(slot) ?? {}
      if (base === undefined || quote === undefined) break
      const after = { slot, base, quote }
      if (this.#told !== null && isFarOff(this.#told, after)) {
        this.#doubted = slot
        break
      }
      this.#pending.delete(slot)
      changes.push({ before: this.#told, after })
      this.#told = after
    }
    return changes
  }
}

function isFarOff(before: Reserves, after: Reserves): boolean {
  const ratio = Number(after.quote) / Number(after.base) / (Number(before.quote) / Number(before.base))
  return !(ratio <= DOUBTFUL_FACTOR && ratio >= 1 / DOUBTFUL_FACTOR)
}
