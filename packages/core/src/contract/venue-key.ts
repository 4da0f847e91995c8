declare const venueKeyBrand: unique symbol
declare const instrumentBrand: unique symbol

/** `token_chain/book_id` in lower case, e.g. `acme/perps`: the key by which a position finds its venue. */
export type VenueKey = `${string}/${string}` & { readonly [venueKeyBrand]: true }

/** The venue's own name of what is traded (the position's `token_contract`), e.g. `BTC`, `xyz:SP500` or a mint. Case-sensitive. */
export type InstrumentId = string & { readonly [instrumentBrand]: true }

/** The two parts of a {@link VenueKey}. Both are matched lower-case. */
export interface VenueKeyParts {
  readonly tokenChain: string
  readonly bookId: string
}

/** Thrown for a text that is no venue key. */
export class InvalidVenueKeyError extends Error {
  override readonly name = 'InvalidVenueKeyError'
  readonly value: string
  constructor(value: string) {
    super(`"${value}" is not a venue key: expected token_chain/book_id, e.g. "acme/perps"`)
    this.value = value
  }
}

const PART = /^[a-z0-9][a-z0-9_.-]*$/

/** Builds the key of a venue from its parts. @throws {InvalidVenueKeyError} */
export function venueKey(parts: VenueKeyParts): VenueKey {
  const chain = parts.tokenChain.trim().toLowerCase()
  const book = parts.bookId.trim().toLowerCase()
  if (!PART.test(chain) || !PART.test(book)) throw new InvalidVenueKeyError(`${parts.tokenChain}/${parts.bookId}`)
  return `${chain}/${book}` as VenueKey
}

/** Reads `token_chain/book_id`. @throws {InvalidVenueKeyError} */
export function parseVenueKey(text: string): VenueKey {
  const [tokenChain, bookId, ...rest] = text.split('/')
  if (tokenChain === undefined || bookId === undefined || rest.length > 0) throw new InvalidVenueKeyError(text)
  return venueKey({ tokenChain, bookId })
}

/** The parts of a key, lower-case. */
export function venueKeyParts(key: VenueKey): VenueKeyParts {
  const slash = key.indexOf('/')
  return { tokenChain: key.slice(0, slash), bookId: key.slice(slash + 1) }
}

/** Names an instrument. The text is the venue's and is kept as it is. */
export function instrumentId(text: string): InstrumentId {
  return text as InstrumentId
}
