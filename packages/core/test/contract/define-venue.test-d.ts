import type { InstrumentId, Network, SealedOrder, Venue, VenueContext, VenueDefinition } from '@portolan/core'
import { defineVenue } from '@portolan/core'
import { type } from 'arktype'
import * as v from 'valibot'
import { describe, expectTypeOf, it } from 'vitest'
import { z } from 'zod'

/** What every one of the schemas below says after parsing. */
interface Parsed {
  readonly url: string
  readonly retries: number
}

const about = {
  name: 'acme',
  contract: 1,
  key: { tokenChain: 'acme', bookId: 'spot' },
  capabilities: { cancel: true },
} as const

const zodOptions = z.object({ url: z.string(), retries: z.number().default(3) })

/** An adapter as an author writes it: a class that names its options once. */
declare class AcmeVenue implements Venue {
  constructor(context: VenueContext<Parsed>)
  start(): Promise<void>
  instruments(): Promise<[]>
  canTradeNow(instrument: InstrumentId): { state: 'open' }
  [Symbol.asyncDispose](): Promise<void>
}

describe('defineVenue gives create() the parsed options', () => {
  it('of a zod schema', () => {
    defineVenue({
      ...about,
      options: zodOptions,
      network: (options) => {
        expectTypeOf(options).toEqualTypeOf<{ url: string; retries: number }>()
        return { name: options.url, simulated: false }
      },
      create: (context) => {
        expectTypeOf(context).toEqualTypeOf<VenueContext<{ url: string; retries: number }>>()
        return new AcmeVenue(context)
      },
    })
  })

  it('of a valibot schema', () => {
    defineVenue({
      ...about,
      options: v.object({ url: v.string(), retries: v.optional(v.number(), 3) }),
      create: (context) => {
        expectTypeOf(context.options).toEqualTypeOf<{ url: string; retries: number }>()
        return new AcmeVenue(context)
      },
    })
  })

  it('of an arktype schema', () => {
    defineVenue({
      ...about,
      options: type({ url: 'string', retries: 'number = 3' }),
      create: (context) => {
        expectTypeOf(context.options).toEqualTypeOf<{ url: string; retries: number }>()
        return new AcmeVenue(context)
      },
    })
  })

  it('after transforms, not before', () => {
    defineVenue({
      ...about,
      options: z.object({ since: z.string().transform((text) => new Date(text)) }),
      create: ({ options, logger }) => {
        expectTypeOf(options.since).toEqualTypeOf<Date>()
        logger.info(options.since.toISOString())
        throw new Error('not created')
      },
    })
  })
})

describe('a definition', () => {
  it('is a VenueDefinition, whatever its schema', () => {
    const venue = defineVenue({ ...about, options: zodOptions, create: (context) => new AcmeVenue(context) })
    expectTypeOf(venue).toEqualTypeOf<VenueDefinition<typeof zodOptions>>()
    expectTypeOf(venue.name).toEqualTypeOf<string>()
  })
})

describe('a wrong shape is refused by the compiler', () => {
  const create = (context: VenueContext<Parsed>) => new AcmeVenue(context)
  const good = { ...about, options: zodOptions, create }
  const urlOnly = z.object({ url: z.string() })
  const network = ({ url }: Parsed): Network => ({ name: url, simulated: false })

  it('names a contract version by number', () => {
    // @ts-expect-error a version is an integer, not the version of a package
    defineVenue({ ...good, contract: '1' })
  })

  it('has every required part', () => {
    const { key: _key, ...withoutKey } = good
    // @ts-expect-error no key: positions could not find it
    defineVenue(withoutKey)
    const { options: _options, ...withoutOptions } = good
    // @ts-expect-error no schema: options could not be checked
    defineVenue(withoutOptions)
  })

  it('has capabilities that exist', () => {
    // @ts-expect-error there is no 2h history
    defineVenue({ ...good, capabilities: { history: ['2h'] } })
    // @ts-expect-error misspelt
    defineVenue({ ...good, capabilities: { cancell: true } })
    // @ts-expect-error no such scheme
    defineVenue({ ...good, capabilities: { signature: 'rsa' } })
  })

  it('has a Standard Schema, not a function or a plain object', () => {
    // @ts-expect-error not a schema
    defineVenue({ ...good, options: { url: 'string' } })
    // @ts-expect-error not a schema
    defineVenue({ ...good, options: (value: unknown) => value })
  })

  it('creates an adapter of the options that its own schema gives', () => {
    // @ts-expect-error the schema gives no `retries`
    defineVenue({ ...about, options: urlOnly, create })
    // @ts-expect-error the schema gives no `retries`
    defineVenue({ ...about, options: urlOnly, network, create: () => Promise.reject() as never })
    // @ts-expect-error the schema gives no `secret`
    defineVenue({ ...about, options: zodOptions, create: (context) => new AcmeVenue(context.options.secret) })
  })

  it('creates a venue, at once and with all that a venue must have', () => {
    // @ts-expect-error a promise
    defineVenue({ ...good, create: async (context) => new AcmeVenue(context) })
    // @ts-expect-error no canTradeNow
    defineVenue({ ...good, create: () => ({ start: async () => {}, instruments: async () => [] }) })
    // @ts-expect-error it seals, but can neither send nor look up
    const execution: Venue['execution'] = { prepare: async (): Promise<SealedOrder> => Promise.reject(new Error()) }
    expectTypeOf(execution).toMatchTypeOf<Venue['execution']>()
  })
})
