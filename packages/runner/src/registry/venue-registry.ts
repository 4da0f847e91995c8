import { RunnerError } from '../runner-error.ts'
import type { Lookup } from './entry-index.ts'
import { EntryIndex } from './entry-index.ts'
import type { VenueFailure, VenueHandle } from './venue-handle.ts'
import type { VenueRequest } from './venue-ref.ts'

/**
 * The venues that run, by key and label: whoever needs one, for whatever, gets it here. Disposing ends them, the last one first, each of them even if
 * another one fails.
 */
export class VenueRegistry implements AsyncDisposable {
  readonly handles: readonly VenueHandle[]
  /** Entries that did not start, in a run that goes on without them. */
  readonly failures: readonly VenueFailure[]
  readonly #index: EntryIndex<VenueHandle>
  readonly #simulatesFills: boolean
  readonly #stack: AsyncDisposableStack

  constructor(parts: {
    readonly handles: readonly VenueHandle[]
    readonly failures: readonly VenueFailure[]
    /** No order reaches a venue: a source of data can then stand in for one that executes. */
    readonly simulatesFills: boolean
    readonly stack: AsyncDisposableStack
  }) {
    this.handles = parts.handles
    this.failures = parts.failures
    this.#index = new EntryIndex(parts.handles)
    this.#simulatesFills = parts.simulatesFills
    this.#stack = parts.stack
  }

  /** The entry of a key and label; `null` when it does not run. */
  get(key: string, label: string): VenueHandle | null {
    return this.#index.get(key, label)
  }

  /**
   * The entry on which a position trades.
   * @throws {RunnerError} `no-venue` or `ambiguous-venue`, naming the labels there are.
   */
  execution(position: VenueRequest): VenueHandle {
    const found = this.#index.execution(position)
    const isDataEnough = this.#simulatesFills && found.entry === null && found.code === 'no-role'
    return this.#required(isDataEnough ? this.#index.data(position) : found)
  }

  /** The source of data of this label, or the only one of this key. @throws {RunnerError} as {@link VenueRegistry.execution}. */
  data(key: string, label: string | null = null): VenueHandle {
    return this.#required(this.#index.data({ venue: key, label }))
  }

  /** Where the data of a position comes from: its own entry when it brings data, else the only one that does. @throws {RunnerError} as {@link VenueRegistry.execution}. */
  dataFor(position: VenueRequest): VenueHandle {
    return this.#required(this.#index.dataFor(this.execution(position)))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync()
  }

  #required(lookup: Lookup<VenueHandle>): VenueHandle {
    if (lookup.entry !== null) return lookup.entry
    const failed = this.failures.map(({ key, label }) => `${key} "${label}"`)
    const hint = failed.length === 0 ? '' : ` (not started: ${failed.join(', ')})`
    throw new RunnerError(lookup.code === 'ambiguous' ? 'ambiguous-venue' : 'no-venue', `${lookup.message}${hint}`)
  }
}
