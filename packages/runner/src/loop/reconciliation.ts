import type { InstrumentId, TradeGate } from '@portolan/core'
import type { Difference, ReconcileAction } from '../reconciler/index.ts'
import type { TradingVenue } from './trading-venue.ts'

/** Does what reconciling an account leads to, beside what it lets through. */
export interface ReconcileHands {
  readonly look: (sealedId: string) => void
  readonly cancelStray: (action: Extract<ReconcileAction, { readonly kind: 'cancel-stray' }>) => Promise<void>
  readonly adopt: (action: Extract<ReconcileAction, { readonly kind: 'adopt' }>) => Promise<void>
  readonly report: (action: Extract<ReconcileAction, { readonly kind: 'report' }>) => void
  /** Says something that a person should know. */
  readonly warn: (message: string, fields: Readonly<Record<string, unknown>>) => void
}

/**
 * Whether what we believe of an account agrees with what the venue says. Until the first comparison has succeeded, and wherever the two differ, only
 * exits pass. What is compared, and what follows, is decided by the reconciler; this does it and keeps the last verdict.
 */
export class Reconciliation {
  readonly #venue: TradingVenue
  readonly #hands: ReconcileHands
  #differences: readonly Difference[] = []
  #halted = false
  #agreed: boolean
  #reconnected = false

  constructor(venue: TradingVenue, hands: ReconcileHands) {
    this.#venue = venue
    this.#hands = hands
    this.#agreed = !this.isNeeded
  }

  /** Nothing is executed, or nothing can be asked: there is nothing to agree on. */
  get isNeeded(): boolean {
    return this.#venue.execution !== null && this.#venue.account !== null
  }

  /** Sentences for a person; empty when all agrees. */
  get problems(): readonly string[] {
    const waiting = this.#agreed ? [] : ['the account has not been read yet']
    return [...waiting, ...this.#differences.map(({ message }) => message)]
  }

  /** Whether the last comparison still counts. */
  get agreed(): boolean {
    return this.#agreed
  }

  get differences(): readonly Difference[] {
    return this.#differences
  }

  /** Whether something may have been missed since the last comparison. */
  get reconnected(): boolean {
    return this.#reconnected
  }

  gate(instrument: InstrumentId): TradeGate {
    if (!this.#agreed) return held('exit-only', 'the account has not been compared with the venue yet')
    const difference = this.#differences.find((one) => one.instrument === instrument)
    if (difference !== undefined) return held(this.#halted ? 'closed' : 'exit-only', difference.message)
    return this.#halted ? held('exit-only', 'the account differs from the ledger elsewhere') : { state: 'open' }
  }

  /** Something may have been missed: nothing but exits until the next comparison has agreed. */
  distrust(): void {
    this.#agreed = !this.isNeeded
    this.#reconnected = true
  }

  /** Does what the reconciler says. */
  async perform(actions: readonly ReconcileAction[]): Promise<void> {
    for (const action of actions) {
      switch (action.kind) {
        case 'look':
          this.#hands.look(action.sealedId)
          break
        case 'cancel-stray':
          await this.#hands.cancelStray(action)
          break
        case 'adopt':
          await this.#hands.adopt(action)
          break
        case 'report':
          this.#hands.report(action)
          break
        case 'compared':
          this.#compared(action)
          break
      }
    }
  }

  #compared({ differences, halted }: Extract<ReconcileAction, { readonly kind: 'compared' }>): void {
    const { key: venue, label } = this.#venue
    for (const { message } of differences) {
      if (!this.#differences.some((known) => known.message === message)) this.#hands.warn(message, { venue, label })
    }
    this.#differences = differences
    this.#halted = halted
    this.#agreed = true
    this.#reconnected = false
  }
}

function held(state: 'exit-only' | 'closed', message: string): TradeGate {
  return { state, reason: 'reconciling', message, changesAt: null }
}
