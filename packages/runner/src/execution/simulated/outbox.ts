import type { VenueEvent } from '@portolan/core'

/**
 * Tells events only after what they are about was saved: a reader that books a fill must find it again after a crash. One save runs at a time; changes made
 * meanwhile are saved together by the next one. Without a way to save, events are told at once.
 */
export class Outbox {
  readonly #save: (() => Promise<void>) | null
  readonly #emit: (event: VenueEvent) => void
  #events: VenueEvent[] = []
  #unsaved = false
  #saving: Promise<void> | null = null

  constructor(save: (() => Promise<void>) | null, emit: (event: VenueEvent) => void) {
    this.#save = save
    this.#emit = emit
  }

  /** Whether something waits to be saved and told. */
  get pending(): boolean {
    return this.#unsaved || this.#saving !== null
  }

  /** Something changed; these events tell of it. */
  add(events: readonly VenueEvent[]): void {
    if (this.#save === null) {
      for (const event of events) this.#emit(event)
      return
    }
    this.#unsaved = true
    this.#events.push(...events)
  }

  /** Resolves once everything up to now was saved and told. Rejects when saving failed: then nothing was told, and the next call tries again. */
  async flush(): Promise<void> {
    while (this.pending) {
      this.#saving ??= this.#saveOnce().finally(() => {
        this.#saving = null
      })
      await this.#saving
    }
  }

  async #saveOnce(): Promise<void> {
    const events = this.#events
    this.#events = []
    this.#unsaved = false
    try {
      await this.#save?.()
    } catch (error) {
      this.#events = [...events, ...this.#events]
      this.#unsaved = true
      throw error
    }
    for (const event of events) this.#emit(event)
  }
}
