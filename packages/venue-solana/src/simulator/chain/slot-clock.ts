import { sha256 } from '@noble/hashes/sha2.js'
import { base58 } from './addresses.ts'

/** 2020-03-16, when the real chain began: slots counted from there look like real ones. */
const GENESIS_MS = Date.UTC(2020, 2, 16, 14, 29)
/** Slots that never had a block. Block heights lag behind slots by as much. */
const SKIPPED_SLOTS = 22_000_000
/** A transaction is accepted up to this many block heights after that of its blockhash. */
export const BLOCKHASH_LIFE = 150

/** Slots, block heights and blockhashes as functions of simulated time. */
export class SlotClock {
  readonly slotMs: number
  readonly #seed: string
  /** Blockhash to height, of recent heights, oldest first. */
  readonly #recent = new Map<string, number>()
  #top = -1

  constructor(slotMs: number, seed: string) {
    this.slotMs = slotMs
    this.#seed = seed
  }

  slotAt(ms: number): number {
    return Math.floor((ms - GENESIS_MS) / this.slotMs) + SKIPPED_SLOTS
  }

  /** ms at which a slot begins. */
  timeOf(slot: number): number {
    return GENESIS_MS + (slot - SKIPPED_SLOTS) * this.slotMs
  }

  heightOf(slot: number): number {
    return slot - SKIPPED_SLOTS
  }

  blockhash(slot: number): string {
    return base58(sha256(new TextEncoder().encode(`${this.#seed}:block:${this.heightOf(slot)}`)))
  }

  lastValidBlockHeight(slot: number): number {
    return this.heightOf(slot) + BLOCKHASH_LIFE
  }

  /** The height a blockhash is of, when a transaction with it may land in `slot`; else `undefined`. */
  heightOfBlockhash(blockhash: string, slot: number): number | undefined {
    const now = this.heightOf(slot)
    // Nodes that lag ask about the past: the window is kept wider than the life of a blockhash.
    const from = Math.max(this.#top + 1, now - 4 * BLOCKHASH_LIFE)
    for (let height = from; height <= now; height++) this.#recent.set(this.blockhash(height + SKIPPED_SLOTS), height)
    this.#top = Math.max(this.#top, now)
    for (const [hash, height] of this.#recent) {
      if (height >= this.#top - 4 * BLOCKHASH_LIFE) break
      this.#recent.delete(hash)
    }
    const height = this.#recent.get(blockhash)
    return height === undefined || height > now || now - height > BLOCKHASH_LIFE ? undefined : height
  }
}
