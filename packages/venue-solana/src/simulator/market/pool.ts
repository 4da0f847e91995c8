import type { Address } from '@solana/kit'
import { associatedAccount, bytesOf, programAddress, SWAP_PROGRAM, TOKEN_PROGRAM } from '../chain/addresses.ts'
import type { SlotClock } from '../chain/slot-clock.ts'
import { PricePath } from './price-path.ts'
import type { TokenProfile } from './token-profile.ts'

/** Slots in which half of what a swap moved the price is traded back. */
const HALF_LIFE_SLOTS = 40
/** Slots between two steps of a pool's market makers, where trading is lively and where it is not. */
const STEP_SLOTS = { lively: 5, quiet: 50 } as const
/** Exact reserves are kept for reads of the recent past. */
const KEPT_MARKS = 256

/** Atomic amounts in the two vaults. */
export interface Reserves {
  readonly base: bigint
  readonly quote: bigint
}

/** What happened to a pool from outside, by slot. */
export type PoolEvent =
  /** From `ms` on the price is `factor` times what it would have been. */
  | { readonly kind: 'jump'; readonly slot: number; readonly ms: number; readonly factor: number }
  /** From then on both reserves are `factor` times what they would have been. */
  | { readonly kind: 'drain'; readonly slot: number; readonly factor: number }
  /** Exact reserves after swaps in this slot. */
  | { readonly kind: 'mark'; readonly slot: number; readonly base: string; readonly quote: string }

/**
 * A constant-product pool of a token against USDC. Its market makers keep it at a price path that is a function of time, and trade back
 * what somebody's swap moved; so its reserves at any slot follow from the seed and the swaps before, however time was stepped.
 */
export class Pool {
  readonly token: TokenProfile
  readonly address: Address
  readonly bump: number
  readonly quoteMint: Address
  readonly baseVault: Address
  readonly quoteVault: Address
  readonly #path: PricePath
  readonly #clock: SlotClock
  readonly #stepSlots: number
  readonly #jumps: Extract<PoolEvent, { kind: 'jump' }>[] = []
  readonly #drains: Extract<PoolEvent, { kind: 'drain' }>[] = []
  #marks: { slot: number; reserves: Reserves; deviation: number }[] = []

  constructor(token: TokenProfile, quoteMint: Address, seed: string, clock: SlotClock) {
    const derived = programAddress(SWAP_PROGRAM, [new TextEncoder().encode('pool'), bytesOf(token.mint)])
    this.token = token
    this.address = derived.address
    this.bump = derived.bump
    this.quoteMint = quoteMint
    this.baseVault = associatedAccount(derived.address, token.mint, token.tokenProgram)
    this.quoteVault = associatedAccount(derived.address, quoteMint, TOKEN_PROGRAM)
    this.#path = new PricePath(`${seed}/${token.symbol}`, token.price, token.dailyVolatility)
    this.#clock = clock
    this.#stepSlots = token.activity > 0.5 ? STEP_SLOTS.lively : STEP_SLOTS.quiet
  }

  /** USD per whole token at a moment, as the market makers see it. */
  fairPrice(ms: number): number {
    let price = this.#path.at(ms)
    for (const jump of this.#jumps) if (ms >= jump.ms) price *= jump.factor
    return price
  }

  /** USD per whole token that the reserves of a slot stand for. */
  priceAt(slot: number): number {
    return this.#priceOf(this.reservesAt(slot))
  }

  /** USD on both sides together. */
  liquidityAt(slot: number): number {
    return (2 * Number(this.reservesAt(slot).quote)) / 1e6
  }

  /** Between two steps of the market makers only swaps change the reserves. */
  reservesAt(slot: number): Reserves {
    const step = slot - (slot % this.#stepSlots)
    const mark = this.#marks.findLast((candidate) => candidate.slot <= slot)
    if (mark !== undefined && mark.slot >= step) return mark.reserves
    const decay = mark === undefined ? 0 : mark.deviation * 2 ** (-(step - mark.slot) / HALF_LIFE_SLOTS)
    const deviation = Math.abs(decay) < 1e-7 ? 0 : decay
    return this.#reservesFor(this.fairPrice(this.#clock.timeOf(step)) * Math.exp(deviation), step)
  }

  /** The first slot after `slot` in which the market makers act: where an event from outside takes hold. */
  stepAfter(slot: number): number {
    return slot - (slot % this.#stepSlots) + this.#stepSlots
  }

  /** Takes in an event, live or from a saved state. Events come in the order of their slots. */
  apply(event: PoolEvent): void {
    if (event.kind === 'jump') this.#jumps.push(event)
    else if (event.kind === 'drain') this.#drains.push(event)
    else this.#mark(event)
  }

  /** The events a saved state must keep: of the marks only the last, on which the present rests. */
  get events(): PoolEvent[] {
    const last = this.#marks.at(-1)
    const mark =
      last === undefined
        ? []
        : [
            {
              kind: 'mark',
              slot: last.slot,
              base: String(last.reserves.base),
              quote: String(last.reserves.quote),
            } as const,
          ]
    return [...this.#jumps, ...this.#drains, ...mark]
  }

  #mark({ slot, base, quote }: Extract<PoolEvent, { kind: 'mark' }>): void {
    const reserves = { base: BigInt(base), quote: BigInt(quote) }
    const deviation = Math.log(this.#priceOf(reserves) / this.fairPrice(this.#clock.timeOf(slot)))
    this.#marks = this.#marks.filter((mark) => mark.slot !== slot).slice(-KEPT_MARKS)
    this.#marks.push({ slot, reserves, deviation: Number.isFinite(deviation) ? deviation : 0 })
  }

  #priceOf({ base, quote }: Reserves): number {
    return Number(quote) / 1e6 / (Number(base) / 10 ** this.token.decimals)
  }

  #reservesFor(price: number, slot: number): Reserves {
    let depth = 1
    for (const drain of this.#drains) if (slot >= drain.slot) depth *= drain.factor
    // Reserves that keep their product: half the liquidity in USD at the token's usual price.
    const quote = (depth * this.token.liquidityUsd * Math.sqrt(price / this.token.price)) / 2
    const whole = (value: number) => (value < 1 ? 1n : BigInt(Math.round(value)))
    return { base: whole((quote / price) * 10 ** this.token.decimals), quote: whole(quote * 1e6) }
  }
}
