import type { VenueRole } from '@portolan/core'
import type { VenueRef, VenueRequest } from './venue-ref.ts'

/**
 * The entry that was meant, or why none is. `no-venue`: nothing of that key; `no-label`: nothing of that label; `no-role`: nothing with the role that it takes;
 * `ambiguous`: several, and no label to choose by.
 */
export type Lookup<Entry> =
  | { readonly entry: Entry }
  | { readonly entry: null; readonly code: 'no-venue' | 'no-label' | 'no-role' | 'ambiguous'; readonly message: string }

/** Finds config entries by venue key and label, and decides which one is meant where no label says so. Keys are matched in lower case. */
export class EntryIndex<Entry extends VenueRef> {
  readonly #byKey = new Map<string, Entry[]>()

  constructor(entries: readonly Entry[]) {
    for (const entry of entries) {
      const others = this.#byKey.get(entry.key)
      if (others === undefined) this.#byKey.set(entry.key, [entry])
      else others.push(entry)
    }
  }

  /** The entry of a key and label, whatever its roles. */
  get(key: string, label: string): Entry | null {
    return this.#of(key).find((entry) => entry.label === label) ?? null
  }

  /** The entry that executes: the one that is named, else the only one of its key that can. */
  execution(request: VenueRequest): Lookup<Entry> {
    return this.#find(request, 'execution')
  }

  /** The entry that brings data: the one that is named, else the only one of its key that can. */
  data(request: VenueRequest): Lookup<Entry> {
    return this.#find(request, 'data')
  }

  /** The entry that brings the data for another one: that one itself when it can, else the only one of its key. */
  dataFor(entry: Entry): Lookup<Entry> {
    return entry.roles.has('data') ? { entry } : this.#find({ venue: entry.key, label: null }, 'data')
  }

  #find({ venue, label }: VenueRequest, role: VenueRole): Lookup<Entry> {
    const entries = this.#of(venue)
    if (entries.length === 0) return { entry: null, code: 'no-venue', message: `no venue of the config is ${venue}` }
    if (label !== null) return named(entries, venue, label, role)
    const able = entries.filter((entry) => entry.roles.has(role))
    const [first, second] = able
    if (first === undefined) {
      return {
        entry: null,
        code: 'no-role',
        message: `no entry of ${venue} has the role ${role}: there ${are(entries)}`,
      }
    }
    if (second === undefined) return { entry: first }
    return {
      entry: null,
      code: 'ambiguous',
      message: `several entries of ${venue} have the role ${role}: name one of them by its label, ${labels(able, 'or')}`,
    }
  }

  #of(key: string): readonly Entry[] {
    return this.#byKey.get(key.toLowerCase()) ?? []
  }
}

function named<Entry extends VenueRef>(
  entries: readonly Entry[],
  venue: string,
  label: string,
  role: VenueRole,
): Lookup<Entry> {
  const entry = entries.find((one) => one.label === label)
  if (entry === undefined)
    return { entry: null, code: 'no-label', message: `${venue} has no entry "${label}": there ${are(entries)}` }
  if (entry.roles.has(role)) return { entry }
  return {
    entry: null,
    code: 'no-role',
    message: `the entry "${label}" of ${venue} has only the role ${[...entry.roles].join()}, not ${role}`,
  }
}

function are(entries: readonly VenueRef[]): string {
  return `${entries.length === 1 ? 'is' : 'are'} ${labels(entries, 'and')}`
}

function labels(entries: readonly VenueRef[], word: 'and' | 'or'): string {
  const quoted = entries.map(({ label }) => `"${label}"`)
  const last = quoted.pop() ?? ''
  return quoted.length === 0 ? last : `${quoted.join(', ')} ${word} ${last}`
}
