import type { VenueRef } from './venue-ref.ts'

/** A name for the files of an entry, e.g. `acme-spot-default`. */
export function entrySlug({ key, label }: Pick<VenueRef, 'key' | 'label'>): string {
  return `${key.replace('/', '-')}-${label}`
}
