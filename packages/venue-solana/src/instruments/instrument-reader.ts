import type { Clock, Instrument, Logger, VenueEvent } from '@portolan/core'
import { instrumentId, VenueError } from '@portolan/core'
import type { ApiReader } from '../market-data/api/api-reader.ts'
import type { InstrumentOptions } from '../options/instrument-options.ts'
import { instrumentOptions } from '../options/instrument-options.ts'
import type { SolanaOptions } from '../options.ts'
import type { AccountReader } from './account-reader.ts'
import type { InstrumentBook, Listed } from './instrument-book.ts'
import type { MintFacts } from './mint-account.ts'
import { readMint } from './mint-account.ts'
import { tokenInstrument } from './token-instrument.ts'
import type { TokenListing } from './token-list.ts'
import { readListings } from './token-list.ts'

export interface InstrumentReaderParts {
  readonly options: SolanaOptions
  readonly book: InstrumentBook
  readonly accounts: AccountReader
  /** Jupiter's. */
  readonly api: ApiReader
  readonly clock: Clock
  readonly logger: Logger
  readonly emit: (event: VenueEvent) => void
}

/** Accounts of one request at most. */
const ACCOUNTS_PER_REQUEST = 100

/** Reads tokens from their mints on chain; names and market caps from Jupiter where it answers. */
export class InstrumentReader {
  readonly #parts: InstrumentReaderParts
  /** Tokens of the options, and those that were asked for since. */
  readonly #wanted: Map<string, InstrumentOptions>
  #listings: ReadonlyMap<string, TokenListing> = new Map()
  readonly #missing = new Set<string>()

  constructor(parts: InstrumentReaderParts) {
    this.#parts = parts
    this.#wanted = new Map(parts.options.instruments.map((options) => [options.mint, options]))
  }

  /**
   * Reads all tokens again and emits what changed. A mint that does not exist is left out and said once: one wrong address must not keep the exits of the others shut.
   * @throws {VenueError} when the chain cannot be read.
   */
  async refresh(signal: AbortSignal): Promise<void> {
    const { options, book, clock, emit } = this.#parts
    const mints = [...this.#wanted.keys()]
    const facts = await this.#readMints([options.quoteMint, ...mints], signal)
    const quote = facts.get(options.quoteMint)
    if (quote === undefined) {
      throw new VenueError('misconfigured', `quoteMint: there is no mint at ${options.quoteMint} on ${options.network}`)
    }
    book.setMint(options.quoteMint, quote)
    await this.#readListings(mints, signal)
    const listed = mints.flatMap((mint) => this.#listed(mint, facts.get(mint)) ?? [])
    for (const event of book.update(listed, clock.now())) emit(event)
  }

  /**
   * A token that was not named in the options, with the defaults of one; read once, and refreshed with the rest from then on.
   * @throws {VenueError} `unknown-instrument` when there is no such mint.
   */
  async find(mint: string, signal: AbortSignal): Promise<Instrument> {
    const { book, emit, options } = this.#parts
    const known = book.get(instrumentId(mint))
    if (known !== undefined) return known
    const named = this.#wanted.get(mint) ?? instrumentOptions.safeParse({ mint }).data
    if (named === undefined || mint === options.quoteMint) {
      throw new VenueError('unknown-instrument', `${mint.slice(0, 60)} is no token that can be bought here`)
    }
    const facts = await this.#readMints([mint], signal)
    this.#wanted.set(mint, named)
    await this.#readListings([mint], signal)
    const listed = this.#listed(mint, facts.get(mint))
    if (listed === null) {
      this.#wanted.delete(mint)
      throw new VenueError('unknown-instrument', `there is no mint at ${mint}`)
    }
    const event = book.add(listed)
    if (event !== null) emit(event)
    return listed.instrument
  }

  /** Reads a mint only to count with it: the other side of a pool. @throws {VenueError} */
  async learn(mint: string, signal: AbortSignal): Promise<void> {
    if (this.#parts.book.decimals(mint) !== undefined) return
    const facts = (await this.#readMints([mint], signal)).get(mint)
    if (facts !== undefined) this.#parts.book.setMint(mint, facts)
  }

  #listed(mint: string, facts: MintFacts | undefined): Listed | null {
    const { options, book } = this.#parts
    const named = this.#wanted.get(mint)
    const quoteDecimals = book.decimals(options.quoteMint)
    if (facts === undefined || named === undefined || quoteDecimals === undefined) return null
    const token = { options: named, facts, listing: this.#listings.get(mint) ?? null }
    return { token, instrument: tokenInstrument(token, options, quoteDecimals) }
  }

  async #readMints(mints: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, MintFacts>> {
    const { accounts, logger } = this.#parts
    const found = new Map<string, MintFacts>()
    for (let at = 0; at < mints.length; at += ACCOUNTS_PER_REQUEST) {
      const some = mints.slice(at, at + ACCOUNTS_PER_REQUEST)
      const answer = await accounts.multipleAccounts(some, signal)
      for (const [index, mint] of some.entries()) {
        const account = answer.accounts[index] ?? null
        const facts = account === null ? null : readMint(account, answer.slot)
        if (facts !== null) found.set(mint, facts)
        else if (!this.#missing.has(mint)) logger.error('there is no mint at this address', { mint })
        if (facts === null) this.#missing.add(mint)
      }
    }
    return found
  }

  /** What cannot be read stays as it was. */
  async #readListings(mints: readonly string[], signal: AbortSignal): Promise<void> {
    if (mints.length === 0) return
    try {
      const found = await readListings(this.#parts.api, mints, signal)
      this.#listings = new Map([...this.#listings, ...found])
    } catch (error) {
      signal.throwIfAborted()
      this.#parts.logger.warn('names and market caps of tokens could not be read', { error })
    }
  }
}
